import type { Ecs, ServiceRecord } from './model.js';
import { deploymentView } from './service-deployments/view.js';
import { serviceView } from './service-view.js';
import { taskView } from './task-view.js';

/** stateOf is all of ECS as JSON: what the API tells, and the history of every service deployment. */
export function stateOf(ecs: Ecs): object {
  return {
    clusters: [...ecs.clusters.values()].map(({ name, status, services, tasks }) => ({
      name,
      status,
      services: [...services.values()].map((service) => serviceState(ecs, service)),
      // Values of variables may be secrets: a task's overrides are not shown here.
      tasks: [...tasks.values()].map((task) => ({ ...taskView(task), overrides: {} })),
    })),
    taskDefinitions: [...ecs.taskDefinitions.values()].flat().map(({ arn, status }) => ({ arn, status })),
  };
}

function serviceState(ecs: Ecs, service: ServiceRecord): object {
  return {
    ...serviceView(ecs, service, true),
    serviceDeployments: service.deployments.map((deployment) => ({
      ...deploymentView(service, deployment),
      history: deployment.history,
    })),
  };
}
