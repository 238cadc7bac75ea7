/**
 * MAX_TIMEOUT_MINUTES is the longest that a deployment may take: GitHub ends a job on its runners after 360 minutes, and
 * what comes before the deployment, and taking it back, have to fit in, too.
 */
export const MAX_TIMEOUT_MINUTES = 330;

/** DEFAULT_TIMEOUT_MINUTES is what bluegreen-deploy takes where nothing is said (a test holds the two together). */
export const DEFAULT_TIMEOUT_MINUTES = 60;

/** Settings of a deployment by their names; what is not given, or no number where one is meant, counts as not given. */
type Given = Readonly<Record<string, unknown>>;

/** overlong says of a deployment's settings that it would wait longer than it may take; undefined of all others. */
export function overlong(given: Given): string | undefined {
  const timeout = numberIn(given, 'timeout-minutes') ?? DEFAULT_TIMEOUT_MINUTES;
  const waits = waitsOf(given);
  const total = waits.reduce((sum, { minutes }) => sum + minutes, 0);
  if (waits.length === 0 || total < timeout) return undefined;
  const named = waits.map(({ name, minutes }) => `${minutes} minutes by '${name}'`).join(' and ');
  return `the deployment would wait ${named}, and is taken back after ${timeout}: raise 'timeout-minutes' (up to ${MAX_TIMEOUT_MINUTES}), or wait less`;
}

interface Wait {
  readonly name: string;
  readonly minutes: number;
}

/** Where the service's own way is not known here, the shorter of the two that may be meant counts. */
function waitsOf(given: Given): readonly Wait[] {
  const strategy = given['strategy'] ?? 'service';
  const shifts = [
    { name: 'canary-bake-minutes', of: 'canary', minutes: numberIn(given, 'canary-bake-minutes') ?? 0 },
    { name: 'step-bake-minutes', of: 'linear', minutes: linearMinutes(given) },
  ].filter(({ of, minutes }) => minutes > 0 && (strategy === 'service' || strategy === of));
  // Who leaves when the bake begins waits for none of it.
  const isBaked = strategy !== 'rolling' && given['wait-until'] !== 'BAKE_TIME';
  const bake = { name: 'bake-minutes', minutes: isBaked ? (numberIn(given, 'bake-minutes') ?? 0) : 0 };
  const shift = shifts.sort((one, other) => one.minutes - other.minutes).slice(0, 1);
  return [...shift, ...(bake.minutes > 0 ? [bake] : [])];
}

/** After the last step all traffic has moved. Without a share, how many steps there are is the service's own. */
function linearMinutes(given: Given): number {
  const [percent, minutes] = [numberIn(given, 'step-percent') ?? 100, numberIn(given, 'step-bake-minutes') ?? 0];
  return percent > 0 ? (Math.ceil(100 / percent) - 1) * minutes : 0;
}

function numberIn(given: Given, name: string): number | undefined {
  const value = given[name];
  return typeof value === 'number' ? value : undefined;
}
