import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CONTAINER, SERVICE, imageOf } from '@slipway/rehearsal';
import { peerBundle } from './peer.js';

/** Who is measured: a built action, and how it is told to deploy a service. */
export interface Contender {
  readonly name: 'ours' | 'ours, proving nothing' | 'peer';
  /** Absent: our own built bundle. */
  readonly bundle?: string;
  inputs(deploy: Deploy): Promise<Readonly<Record<string, string>>>;
}

export interface Deploy {
  /** Its service is called SERVICE. */
  readonly cluster: string;
  readonly revision: string;
  /** Where files for it may be written. */
  readonly folder: string;
}

/** contenders returns our action, and AWS's own where the user names its build. */
export function contenders(): readonly Contender[] {
  const bundle = peerBundle();
  return bundle === undefined ? [OURS] : [OURS, { ...PEER, bundle }];
}

const OURS: Contender = {
  name: 'ours',
  inputs: ({ cluster, revision }) => Promise.resolve({ cluster, service: SERVICE, 'task-definition': revision }),
};

/** The same deployment as the peer's: without the pause in which CloudWatch's minutes prove that the old fleet is drained. */
export const OURS_PROVING_NOTHING: Contender = {
  name: 'ours, proving nothing',
  inputs: async (deploy) => ({ ...(await OURS.inputs(deploy)), 'prove-drained': 'off' }),
};

/** It registers the revision by itself, from a file. */
const PEER: Contender = {
  name: 'peer',
  inputs: async ({ cluster, folder }) => {
    const file = path.join(folder, `${cluster}.json`);
    await writeFile(file, JSON.stringify(DEFINITION));
    return { cluster, service: SERVICE, 'task-definition': file, 'wait-for-service-stability': 'true' };
  },
};

const DEFINITION = {
  family: SERVICE,
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    { name: CONTAINER, image: imageOf('second'), essential: true, portMappings: [{ containerPort: 8080 }] },
  ],
};
