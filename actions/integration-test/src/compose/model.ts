import { isObject } from '@slipway/task-definition';

/** ComposeModel is what is looked at of a compose file. */
export interface ComposeModel {
  readonly services: readonly string[];
  /** Values of all variables: none of them may be told. */
  readonly values: readonly string[];
  /** Puts the test's label on everything that compose makes; JSON, which is YAML. */
  readonly override: string;
}

/** modelOf reads what `docker compose config --format json` prints. */
export function modelOf(config: unknown, label: string): ComposeModel {
  const services = membersOf(config, 'services');
  const [name, value] = [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)];
  const labels = { [name]: value };
  const override = {
    services: Object.fromEntries(
      services.map(([service, spec]) => [
        service,
        // An image that is built here is the test's own, and goes with it.
        { labels, ...(isObject(spec) && spec['build'] ? { build: { labels } } : {}) },
      ]),
    ),
    ...Object.fromEntries(
      ['networks', 'volumes'].map((kind) => [
        kind,
        Object.fromEntries(
          // What is external was there before, and stays.
          membersOf(config, kind).flatMap(([member, spec]) => (isExternal(spec) ? [] : [[member, { labels }]])),
        ),
      ]),
    ),
  };
  return {
    services: services.map(([service]) => service),
    values: valuesIn(services),
    override: JSON.stringify(override),
  };
}

function membersOf(config: unknown, kind: string): readonly (readonly [string, unknown])[] {
  const members = isObject(config) ? config[kind] : undefined;
  return isObject(members) ? Object.entries(members) : [];
}

function isExternal(spec: unknown): boolean {
  return isObject(spec) && spec['external'] === true;
}

function valuesIn(services: readonly (readonly [string, unknown])[]): readonly string[] {
  return services
    .flatMap(([, spec]) => membersOf(spec, 'environment'))
    .flatMap(([, value]) =>
      // A dollar sign is written twice there.
      typeof value === 'string' ? [value.replaceAll('$$', '$')] : [],
    );
}
