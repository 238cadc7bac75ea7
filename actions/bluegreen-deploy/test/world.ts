import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DescribeRulesCommand, ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  UpdateServiceCommand,
  type Service,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { expect } from '@jest/globals';
import { systemClock } from '@slipway/runtime';
import { poll } from '@slipway/core';
import { SERVICE, openScene, type Scene } from '@slipway/rehearsal';
import type { ActionEnd, ActionStart } from '@slipway/testkit';

const WHERE = { cluster: 'staging', service: SERVICE };

/** A scene with what scenarios say of it. */
export interface Stage extends Scene {
  deploy(inputs: Readonly<Record<string, string>>, start?: Partial<ActionStart>): Promise<ActionEnd>;
  /** Registers a behaviour and deploys it. */
  deliver(
    behaviour: string,
    inputs?: Readonly<Record<string, string>>,
    start?: Partial<ActionStart>,
  ): Promise<ActionEnd>;
  service(): Promise<Service>;
  update(input: Partial<UpdateServiceCommandInput>): Promise<void>;
  /** Resolves when no deployment is under way. */
  settled(): Promise<void>;
  statuses(): Promise<readonly (string | undefined)[]>;
  /** The behaviour that answers production traffic. */
  live(): Promise<string>;
  /** Sets the weights of the production rule as a person would. */
  weigh(blue: number, green: number): Promise<void>;
  weights(): Promise<readonly (number | undefined)[]>;
  /** How often an operation was called by now. */
  calls(operation: string): number;
  /** Writes a check suite that wants the answer `status` from `/`, signed in by the variable where one is named. */
  suite(status: number, bearer?: string): Promise<string>;
}

/** openStage brings up a live service that scenarios are played on. */
export async function openStage(): Promise<Stage> {
  const scene = await openScene();
  const { ecs, elb } = scene.aws;
  const { listenerArn, productionRule, targetGroups, url } = scene.environment;
  const deploy: Stage['deploy'] = (inputs, start) =>
    scene.run(
      'bluegreen-deploy',
      { ...WHERE, 'poll-interval-seconds': '10', 'prove-drained': 'off', ...inputs },
      start,
    );
  const statuses: Stage['statuses'] = async () =>
    ((await ecs.send(new ListServiceDeploymentsCommand(WHERE))).serviceDeployments ?? []).map(({ status }) => status);
  return {
    ...scene,
    deploy,
    deliver: async (behaviour, inputs = {}, start = {}) =>
      deploy({ 'task-definition': await scene.register(behaviour), ...inputs }, start),
    service: async () => {
      const input = { cluster: WHERE.cluster, services: [SERVICE], include: ['TAGS' as const] };
      return (await ecs.send(new DescribeServicesCommand(input))).services?.[0] ?? {};
    },
    update: async (input) => void (await ecs.send(new UpdateServiceCommand({ ...WHERE, ...input }))),
    settled: async () => {
      const seen = await poll({
        clock: systemClock,
        intervalMs: 100,
        deadline: systemClock.now() + 60_000,
        look: statuses,
        done: ([latest]) => /^(?:SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)$/.test(latest ?? ''),
      });
      expect(seen).toBeDefined();
    },
    statuses,
    live: async () => {
      const { image } = (await (await fetch(url)).json()) as { image: string };
      return /\/([\w-]+)@/.exec(image)?.[1] ?? image;
    },
    weigh: async (blue, green) => {
      const TargetGroups = targetGroups.map((TargetGroupArn, at) => ({ TargetGroupArn, Weight: [blue, green][at] }));
      await elb.send(
        new ModifyListenerCommand({
          ListenerArn: listenerArn,
          DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
        }),
      );
    },
    weights: async () => {
      const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [productionRule] }));
      return (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(({ Weight }) => Weight);
    },
    calls: (operation) => scene.localAws.calls().filter((call) => call.operation === operation).length,
    suite: async (status, bearer) => {
      const auth = bearer === undefined ? '' : `, auth: { bearer-env: ${bearer} }`;
      await writeFile(
        path.join(scene.folder, `checks-${status}.yml`),
        `version: 1\nready: { path: /health, timeout-seconds: 30 }\nchecks:\n  - { name: answers, request: { path: /${auth} }, expect: { status: ${status} } }\n`,
      );
      return `checks-${status}.yml`;
    },
  };
}

/** endOf is what one sees first of a step. */
export function endOf({ exitCode, outputs, errors }: ActionEnd) {
  return { outcome: outputs['outcome'], exitCode, error: errors[0] ?? '' };
}

/** green is the end of a step that went well. */
export function green(outcome: string) {
  return { outcome, exitCode: 0, error: '' };
}

/** red is the end of a step that failed with a code, and said something. */
export function red(outcome: string, error: RegExp) {
  return { outcome, exitCode: 1, error: expect.stringMatching(error) };
}

/** once calls back at the first line of the log that matches. */
export function once(pattern: RegExp, act: (pid: number) => unknown): Pick<ActionStart, 'onLine' | 'onStart'> {
  let pid = 0;
  let isDone = false;
  return {
    onStart: (started) => (pid = started),
    onLine: (line) => {
      if (isDone || !pattern.test(line)) return;
      isDone = true;
      act(pid);
    },
  };
}
