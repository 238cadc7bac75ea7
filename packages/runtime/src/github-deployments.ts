import type { GitHubContext } from './github.js';

/** runName names a run, so that whoever meets what it made finds it: `example/shop run 4711.1`. */
export function runName({ repository, runId, runAttempt }: GitHubContext): string {
  return `${repository ?? 'slipway'} run ${runId ?? 'local'}.${runAttempt ?? '1'}`;
}

/** runIdIn returns the id of the run that {@link runName} named; undefined where the name is none. */
export function runIdIn(name: unknown): number | undefined {
  const [, id] = (typeof name === 'string' && /^\S+ run (\d+)\.\d+$/.exec(name)) || [];
  return id === undefined ? undefined : Number(id);
}

/** deploymentTask returns what makes deployments of several services of an environment distinct: `deploy:web`. */
export function deploymentTask(service: string): string {
  return `deploy:${lastPart(service)}`;
}

/** lastPart returns the name of a cluster or a service, also of its ARN: what everybody may read names no account. */
export function lastPart(name: string): string {
  return name.split('/').at(-1) ?? name;
}

/** memberOf reads a deployment's payload: GitHub gives it back as it was sent, or as the text of its JSON. */
export function memberOf(payload: unknown, name: string): unknown {
  const value = typeof payload === 'string' ? parsed(payload) : payload;
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Somebody else's payload may be any text. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
