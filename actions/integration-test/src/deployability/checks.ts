/** The checks of the suite, and the code that each one's failure has. In the order in which they are told. */
export const CHECKS = {
  runs: { code: 'IMAGE_CRASHES', title: 'does not end on its own' },
  memory: { code: 'IMAGE_OUT_OF_MEMORY', title: 'stays within its memory under load' },
  port: { code: 'IMAGE_PORT_CLOSED', title: 'listens on its port' },
  ready: { code: 'IMAGE_NEVER_READY', title: 'gets ready' },
  grace: { code: 'IMAGE_STARTS_SLOWLY', title: 'is ready within its grace' },
  health: { code: 'IMAGE_UNHEALTHY_LATER', title: 'stays healthy under load' },
  leak: { code: 'IMAGE_LEAKS_MEMORY', title: 'does not grow without end under load' },
  sigterm: { code: 'IMAGE_IGNORES_SIGTERM', title: 'ends on SIGTERM within its stop timeout' },
  drain: { code: 'IMAGE_DROPS_REQUESTS', title: 'answers what is in flight on SIGTERM' },
  'bad-configuration': { code: 'IMAGE_ACCEPTS_BAD_CONFIGURATION', title: 'refuses a bad configuration' },
  'non-root': { code: 'IMAGE_NEEDS_ROOT', title: 'runs without root' },
  'read-only': { code: 'IMAGE_WRITES_ROOT', title: 'runs with a read-only root file system' },
  logs: { code: 'IMAGE_LOGS_ELSEWHERE', title: 'logs to stdout or stderr' },
  twice: { code: 'IMAGE_RUNS_ONCE', title: 'starts twice side by side' },
  previous: { code: 'IMAGE_VERSIONS_CLASH', title: 'answers beside the previous version' },
} as const;

/** CheckName names one of {@link CHECKS}. */
export type CheckName = keyof typeof CHECKS;

/** CHECK_NAMES are all of them. */
export const CHECK_NAMES = Object.keys(CHECKS) as readonly CheckName[];

/** Level is what a failure of a check is. */
export type Level = 'error' | 'warn' | 'off';

const LEVELS: readonly string[] = ['error', 'warn', 'off'] satisfies readonly Level[];

/** Levels says of each check what its failure is. */
export type Levels = Readonly<Record<CheckName, Level>>;

/** DeployabilityOptions is what the suite is asked for. */
export interface DeployabilityOptions {
  readonly levels: Levels;
  /** Seconds until ECS counts failing health checks. */
  readonly graceSeconds: number;
  readonly badConfiguration: Readonly<Record<string, string>>;
  /** Whether a container of the image that has passed goes on meanwhile. */
  readonly isBeside?: boolean;
  /** Of the version before; it has been pulled. */
  readonly previousImage?: string;
}

/** Verdict is what was found by one check. */
export interface Verdict {
  readonly state: 'passed' | 'failed' | 'not-run';
  /** One sentence without its full stop. */
  readonly because: string;
}

/** Finding is a verdict as it is told. */
export interface Finding extends Verdict {
  readonly check: CheckName;
  readonly code: string;
  readonly level: Level;
}

/** Verdicts are what is known so far. */
export type Verdicts = Partial<Record<CheckName, Verdict>>;

/**
 * levelsOf reads the levels: `all` is for those that are not named, which are off without it. What is wrong is returned
 * as one sentence each.
 */
export function levelsOf(given: Readonly<Record<string, string>>): Levels | { readonly problems: readonly string[] } {
  const known: readonly string[] = ['all', ...CHECK_NAMES];
  const problems = Object.entries(given).flatMap(([name, level]) => [
    ...(known.includes(name) ? [] : [`'${name}' is no check; there are ${known.join(', ')}`]),
    ...(LEVELS.includes(level) ? [] : [`'${name}' is to be error, warn or off`]),
  ]);
  if (problems.length > 0) return { problems };
  const rest = given['all'] ?? 'off';
  return Object.fromEntries(CHECK_NAMES.map((name) => [name, given[name] ?? rest])) as Levels;
}

/** findingsOf puts verdicts and levels together; what was never reached was not run. Checks that are off are left out. */
export function findingsOf(verdicts: Verdicts, levels: Levels): readonly Finding[] {
  const missing: Verdict = { state: 'not-run', because: 'the service did not get that far' };
  return CHECK_NAMES.filter((check) => levels[check] !== 'off').map((check) => {
    const { state, because } = verdicts[check] ?? missing;
    return { check, code: CHECKS[check].code, level: levels[check], state, because };
  });
}

/** passed is a verdict. */
export function passed(because: string): Verdict {
  return { state: 'passed', because };
}

/** failed is a verdict. */
export function failed(because: string): Verdict {
  return { state: 'failed', because };
}
