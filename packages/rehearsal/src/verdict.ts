import type { DeliveryReport } from './report.js';
import type { Scenario } from './scenario.js';

/** What a verdict is about. */
export type Judged = Pick<DeliveryReport, 'version' | 'outcome' | 'requests' | 'takeBack'>;

/** The scenarios in which a delivery is not to succeed. */
export type Wrong = Exclude<Scenario, 'good'>;

/** How the deploy step ends where it is not to succeed. */
const OUTCOMES: Readonly<Record<Wrong, string>> = {
  bad: 'rolled-back',
  'never-healthy': 'rolled-back',
  cancel: 'rolled-back',
  kill: 'killed',
};

/** Why it is taken back, as the action says it, or ECS where the action is dead. */
const BECAUSE: Readonly<Record<Wrong, RegExp>> = {
  bad: /^analysis/,
  'never-healthy': /circuit breaker|stopped by themselves/,
  cancel: /cancelled/,
  kill: /hook .* timed out/,
};

/** verdictOf lists why a delivery did not go wrong as its scenario wants it to; empty when it did. */
export function verdictOf(scenario: Wrong, delivery: Judged): readonly string[] {
  const { outcome, takeBack } = delivery;
  const problems = [...exposureOf(scenario, delivery), ...weightsOf(delivery)];
  if (outcome !== OUTCOMES[scenario]) problems.push(`It ended as '${outcome}', not '${OUTCOMES[scenario]}'.`);
  if (!BECAUSE[scenario].test(takeBack?.because ?? '')) {
    problems.push(`It was taken back because: '${takeBack?.because ?? ''}', and not by ${String(BECAUSE[scenario])}.`);
  }
  return problems;
}

/** Who should have met the new version, and who should not. */
function exposureOf(scenario: Wrong, { version, requests, takeBack }: Judged): readonly string[] {
  const problems: string[] = [];
  const answered = requests.byVersion[version] ?? 0;
  const given = takeBack?.highestPercent ?? 0;
  if (scenario === 'never-healthy' && (answered > 0 || given > 0)) {
    problems.push(`${version} was given ${given} % of the traffic and answered ${answered} requests; it should have none.`);
  }
  if (scenario !== 'never-healthy' && answered === 0) problems.push(`${version} never answered: nothing was taken back.`);
  if (scenario === 'bad' && requests.failed === 0) problems.push('No request failed: nothing was bad.');
  if (scenario !== 'bad' && requests.failed > 0) {
    problems.push(`${requests.failed} of ${requests.total} requests failed.`);
  }
  // Otherwise the whole of the traffic was given to a version that a tenth of it would have told about.
  if (given >= 100) problems.push(`${version} was given all traffic.`);
  return problems;
}

/** One group has everything and the other nothing, and it is the group that had it before. */
function weightsOf({ version, takeBack }: Judged): readonly string[] {
  const weights = Object.values(takeBack?.weightsAtEnd ?? {}).sort((one, other) => one - other);
  const isWhole = weights.length === 2 && weights[0] === 0 && (weights[1] ?? 0) > 0;
  const isBack = (takeBack?.percentAtEnd ?? 100) === 0;
  return isWhole && isBack ? [] : [`${version} was not taken back: ${JSON.stringify(takeBack?.weightsAtEnd ?? {})}.`];
}
