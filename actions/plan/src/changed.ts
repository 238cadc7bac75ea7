import { posix } from 'node:path';
import type { Configuration } from '@slipway/configuration';
import picomatch from 'picomatch';

/** As GitHub's own filters of paths: `*` within a name, `**` over folders, names that begin with a dot included. */
const LIKE_GITHUB = { dot: true, nobrace: true, noextglob: true, nonegate: true } as const;

/**
 * changedServices names the services that files belong to. The configuration itself is a file of every service: what it
 * says of one holds from the next delivery on.
 *
 * @param files from the repository's root
 * @param configFile the configuration, from the repository's root
 */
export function changedServices(
  configuration: Configuration,
  files: readonly string[],
  configFile: string,
): readonly string[] {
  const names = Object.keys(configuration.services);
  if (files.includes(configFile)) return names;
  return names.filter((name) => {
    const isOf = watcher(configuration, name);
    return files.some((file) => isOf(file));
  });
}

type Watcher = (file: string) => boolean;

function watcher(configuration: Configuration, name: string): Watcher {
  const service = configuration.services[name];
  if (!service) return () => false;
  if (service.paths) return byPatterns(service.paths);
  const context = clean(service.context);
  const files = new Set([clean(service.file ?? posix.join(context, 'Dockerfile')), ...judging(configuration, name)]);
  const isWithin = below(context);
  return (file) => isWithin(file) || files.has(file);
}

/** A file, or a folder with all that is in it; a submodule changes as a file of the folder's name. */
function below(place: string): Watcher {
  return (file) => place === '.' || file === place || file.startsWith(`${place}/`);
}

/** The files that say how a service is tested and deployed. */
function judging({ services, environments }: Configuration, name: string): string[] {
  const service = services[name];
  const inEnvironments = Object.values(environments).flatMap((environment) => {
    const override = environment.services?.[name];
    if (override === false) return [];
    return [override?.['task-definition'], override?.verify ?? environment.verify];
  });
  const all = [service?.suite, service?.['compose-file'], service?.['task-definition'], ...inEnvironments];
  return all.filter((file) => file !== undefined).map(clean);
}

/** In their order, the last one that fits decides: GitHub's rule. */
function byPatterns(patterns: readonly string[]): Watcher {
  const rules = patterns.map((pattern) => {
    const excludes = pattern.startsWith('!');
    return { excludes, fits: byPattern(excludes ? pattern.slice(1) : pattern) };
  });
  return (file) => rules.findLast(({ fits }) => fits(file))?.excludes === false;
}

/** More than GitHub's rule: to name a folder is to mean what is in it, which a pattern of files would never be. */
function byPattern(pattern: string): Watcher {
  if (!/[*[]/.test(pattern)) return below(clean(pattern));
  const fits = picomatch(pattern.endsWith('/') ? `${pattern}**` : pattern, LIKE_GITHUB);
  return (file) => fits(file);
}

/** `./services/web/` and `services/web` are the same place. */
function clean(file: string): string {
  return posix.join(file).replace(/\/$/, '') || '.';
}
