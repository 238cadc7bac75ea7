import path from 'node:path';
import { targetOf, type Configuration } from '@slipway/configuration';

/** namedFiles lists the files of the repository that a configuration names, or means without naming them. */
export function namedFiles(configuration: Configuration): readonly string[] {
  const { services, environments } = configuration;
  const built = Object.values(services).flatMap((service) => [
    service.file ?? path.posix.join(service.context, 'Dockerfile'),
    service.suite,
    service['compose-file'],
  ]);
  const deployed = Object.keys(services).flatMap((service) =>
    Object.keys(environments).flatMap((environment) => {
      const target = targetOf(configuration, service, environment);
      return target === undefined ? [] : [target.taskDefinition, target.settings['verify'], target.rollbackVerify];
    }),
  );
  return [...new Set([...built, ...deployed].filter((file) => typeof file === 'string'))];
}
