import { underLoad } from './deliveries.js';
import { outputOf } from './delivery-report.js';
import type { Environment } from './infrastructure.js';
import { buildToRegister, judgedDeploy, type Release } from './pipeline.js';
import type { Play } from './play.js';
import { killAtPause } from './kill.js';
import { verdictOf, type Wrong } from './verdict.js';
import { cancelled, untouched, type WrongDeploying } from './wrong-deploy.js';

/** What is delivered where the delivery is not to succeed: a bad version 3, or a good version 2 whose job ends early. */
const RELEASES: Readonly<Record<Wrong, Omit<Release, 'table'>>> = {
  bad: { version: '3.0.0', fault: 'errors' },
  'never-healthy': { version: '3.0.0', fault: 'never-healthy' },
  cancel: { version: '2.0.0' },
  kill: { version: '2.0.0' },
};

/** deliverWrong delivers what is not to stay, under load, and notes where it went otherwise than the scenario says. */
export async function deliverWrong(play: Play, environment: Environment, scenario: Wrong): Promise<void> {
  const release = { ...RELEASES[scenario], table: environment.table };
  const registered = await buildToRegister(play.job, release);
  const start = judgedDeploy(environment.name, outputOf(registered, 'task-definition'));
  await underLoad(play, environment, {
    version: release.version,
    leastRequests: 0,
    // Of the deployment alone: nobody has met the release before it.
    deliver: (note) => deployBy(scenario)({ play, start, note }),
    judge: (delivery) => verdictOf(scenario, delivery),
  });
}

function deployBy(scenario: Wrong): WrongDeploying {
  switch (scenario) {
    case 'bad':
    case 'never-healthy':
      return untouched;
    case 'cancel':
      return cancelled;
    case 'kill':
      return killAtPause;
  }
}
