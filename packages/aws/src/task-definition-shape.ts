import * as ecs from '@aws-sdk/client-ecs';
import type { Shape, StructureShape } from '@slipway/core';

/** The model says of an enumeration only that it is text; which members are one is in the SDK's type declarations. */
const ENUMERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'PortMapping.protocol': ecs.TransportProtocol,
  'PortMapping.appProtocol': ecs.ApplicationProtocol,
  'EnvironmentFile.type': ecs.EnvironmentFileType,
  'Device.permissions': ecs.DeviceCgroupPermission,
  'ContainerDependency.condition': ecs.ContainerCondition,
  'ContainerDefinition.versionConsistency': ecs.VersionConsistency,
  'Ulimit.name': ecs.UlimitName,
  'LogConfiguration.logDriver': ecs.LogDriver,
  'ResourceRequirement.type': ecs.ResourceType,
  'FirelensConfiguration.type': ecs.FirelensConfigurationType,
  'RegisterTaskDefinitionRequest.networkMode': ecs.NetworkMode,
  'DockerVolumeConfiguration.scope': ecs.Scope,
  'EFSVolumeConfiguration.transitEncryption': ecs.EFSTransitEncryption,
  'EFSAuthorizationConfig.iam': ecs.EFSAuthorizationConfigIAM,
  'TaskDefinitionPlacementConstraint.type': ecs.TaskDefinitionPlacementConstraintType,
  'RegisterTaskDefinitionRequest.requiresCompatibilities': ecs.Compatibility,
  'RegisterTaskDefinitionRequest.pidMode': ecs.PidMode,
  'RegisterTaskDefinitionRequest.ipcMode': ecs.IpcMode,
  'ProxyConfiguration.type': ecs.ProxyConfigurationType,
  'RuntimePlatform.cpuArchitecture': ecs.CPUArchitecture,
  'RuntimePlatform.operatingSystemFamily': ecs.OSFamily,
};

/** Flags of the SDK's model: 64 and a simple type is a list of it, 128 a map to it. */
const LIST_OF = 64;
const MAP_OF = 128;
/** The simple types that a task definition has. */
const SIMPLE: Readonly<Record<number, Shape>> = { 0: { kind: 'text' }, 1: { kind: 'number' }, 2: { kind: 'boolean' } };

let shape: StructureShape | undefined;

/** taskDefinitionShape returns what RegisterTaskDefinition takes, as this version of the SDK knows it. */
export function taskDefinitionShape(): StructureShape {
  shape ??= shapeOf(ecs.RegisterTaskDefinitionRequest$) as StructureShape;
  return shape;
}

/** taskDefinitionOutputOnly returns what DescribeTaskDefinition tells and RegisterTaskDefinition does not take. */
export function taskDefinitionOutputOnly(): readonly string[] {
  const taken = taskDefinitionShape().members;
  return (ecs.TaskDefinition$[4] as readonly string[]).filter((name) => !(name in taken));
}

/**
 * The forms of the model: a number is a simple type; [1, …, item] a list, [2, …, key, value] a map, [3, …] a structure
 * and [4, …] a union with its members at 4 and their schemas at 5; a function returns its schema; [schema, traits] is
 * the schema.
 */
function shapeOf(schema: unknown): Shape {
  if (typeof schema === 'function') return shapeOf((schema as () => unknown)());
  if (typeof schema === 'number') return simpleShape(schema);
  const parts = schema as readonly unknown[];
  switch (parts[0]) {
    case 1:
      return { kind: 'list', of: shapeOf(parts[4]) };
    case 2:
      return { kind: 'map', of: shapeOf(parts[5]) };
    case 3:
    case 4:
      return structureShape(parts);
    default:
      return shapeOf(parts[0]);
  }
}

function simpleShape(type: number): Shape {
  if (type >= MAP_OF) return { kind: 'map', of: simpleShape(type - MAP_OF) };
  if (type >= LIST_OF) return { kind: 'list', of: simpleShape(type - LIST_OF) };
  const simple = SIMPLE[type];
  if (!simple)
    throw new Error(`The SDK's model of a task definition has a simple type ${type}, which is not known here.`);
  return simple;
}

function structureShape(parts: readonly unknown[]): StructureShape {
  const [name, members, schemas] = [parts[2] as string, parts[4] as readonly string[], parts[5] as readonly unknown[]];
  return {
    kind: 'structure',
    name,
    members: Object.fromEntries(
      members.map((member, index) => [member, enumerated(shapeOf(schemas[index]), `${name}.${member}`)]),
    ),
    // The model lists required members first and tells how many they are.
    required: members.slice(0, (parts[6] as number | undefined) ?? 0),
    isUnion: parts[0] === 4,
  };
}

function enumerated(member: Shape, path: string): Shape {
  const enumeration = ENUMERATIONS[path];
  if (!enumeration) return member;
  const text: Shape = { kind: 'text', values: Object.values(enumeration) };
  return member.kind === 'list' ? { kind: 'list', of: text } : text;
}
