import path from 'node:path';
import { targetOf, type Configuration } from '@slipway/configuration';

/** namedFiles lists the files of the repository that a configuration names, or means without naming them. */
export function namedFiles(configuration: Configuration): readonly string[] {
  const { services, environments } = configuration;
  const built = Object.values(services).flatMap(({ context, file, suite }) => [
    file ?? path.posix.join(context, 'Dockerfile'),
    suite,
  ]);
  const deployed = Object.keys(services).flatMap((service) =>
    Object.keys(environments).flatMap((environment) => {
      const target = targetOf(configuration, service, environment);
      return target === undefined ? [] : [target.taskDefinition, target.settings['verify']];
    }),
  );
  return [...new Set([...built, ...deployed].filter((file) => typeof file === 'string'))];
}
