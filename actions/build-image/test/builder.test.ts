import { describe, expect, it } from '@jest/globals';
import { engineArguments, readBuilder, readEngine, wayFor } from '../src/builder.js';

const DEFAULT = `Name:   default
Driver: docker

Nodes:
Name:             default
Endpoint:         default
Error:            none of the builder's own
`;
const CONTAINER = `Name:          builder-1
Driver:        docker-container
Last Activity: 2026-11-20 23:12:44 +0000 UTC

Nodes:
Name:                  builder-10
Endpoint:              unix:///var/run/docker.sock
Driver Options:        image="moby/buildkit:v0.18.0"
`;
const DEAD = `Name:          default
Driver:        
Last Activity: 2026-11-20 23:12:44 +0000 UTC
Error:         Cannot connect to the Docker daemon at unix:///nope. Is the docker daemon running?
`;

describe('readBuilder', () => {
  it.each([
    [DEFAULT, 'default', 'docker'],
    [CONTAINER, 'builder-1', 'docker-container'],
    [DEAD, 'default', ''],
    ['', '', ''],
  ])('reads name and driver', (text, name, driver) => {
    expect(readBuilder(text)).toMatchObject({ name, driver });
  });

  it('hands on what is wrong with it', () => {
    expect(readBuilder(DEAD).error).toMatch(/^Cannot connect/);
  });
});

const OLDER = '{"ID":"x","Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"],["userxattr","false"]]}';
const CONTAINERD = '{"ID":"x","Driver":"overlayfs","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]}';

describe('readEngine', () => {
  it.each([
    [OLDER, { hasContainerdStore: false }],
    [CONTAINERD, { hasContainerdStore: true }],
    ['{"ID":"x","DriverStatus":null}', { hasContainerdStore: false }],
    ['{"ID":"","DriverStatus":null,"ServerErrors":["Cannot connect"]}', undefined],
    ['', undefined],
    ['null', undefined],
  ])('reads %s', (text, engine) => {
    expect(readEngine(text)).toEqual(engine);
  });
});

describe('wayFor', () => {
  it.each([
    [DEFAULT, OLDER, 'push'],
    [DEFAULT, CONTAINERD, 'export'],
    [CONTAINER, OLDER, 'export'],
    [CONTAINER, '', 'export'],
  ])('decides by driver and store', (builder, engine, way) => {
    expect(wayFor(readBuilder(builder), readEngine(engine))).toBe(way);
  });
});

describe('engineArguments', () => {
  it('names a Docker context other than the default', () => {
    expect(engineArguments(readBuilder(DEFAULT))).toEqual([]);
    expect(engineArguments({ name: 'rootless', driver: 'docker', error: undefined, platform: 'linux/amd64' })).toEqual([
      '--context',
      'rootless',
    ]);
  });
});
