import { taskDefinitionShape } from '@slipway/aws';
import { lint, type Finding, type JsonObject } from '../src/index.js';

/** A digest as good as any. */
export const DIGEST = `sha256:${'a'.repeat(64)}`;

/** A definition for Fargate that breaks no rule. */
export const FARGATE: JsonObject = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [{ name: 'web', image: `registry.example/web@${DIGEST}` }],
};

/** A definition for EC2 that breaks no rule. */
export const EC2: JsonObject = {
  family: 'web',
  containerDefinitions: [{ name: 'web', image: `registry.example/web@${DIGEST}`, memory: 128 }],
};

/** lintOf lints as the action does by default. */
export function lintOf(definition: JsonObject): readonly Finding[] {
  return lint(definition, taskDefinitionShape(), { unknownFields: 'error', allow: [] });
}

/** withContainer returns a definition whose first container has these members too, followed by other containers. */
export function withContainer(definition: JsonObject, members: object, ...others: readonly object[]): JsonObject {
  const [first] = definition['containerDefinitions'] as readonly object[];
  const more = others.map((other, index) => ({ ...first, name: `other${index}`, ...other }));
  return { ...definition, containerDefinitions: [{ ...first, ...members }, ...more] };
}
