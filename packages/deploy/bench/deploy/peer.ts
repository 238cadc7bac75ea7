import { existsSync } from 'node:fs';
import path from 'node:path';
import { PEERS_VARIABLE, peersFolder, printLine } from '@slipway/testkit';

const BUNDLE = 'aws-actions/amazon-ecs-deploy-task-definition/dist/index.js';

/** peerBundle returns the path of the built index.js of AWS's own deploy action, where the user has it. */
export function peerBundle(): string | undefined {
  const bundle = path.resolve(peersFolder() ?? '', BUNDLE);
  return peersFolder() !== undefined && existsSync(bundle) ? bundle : undefined;
}

/** sayUnmeasured tells how to have the peer measured. */
export function sayUnmeasured(): void {
  printLine(`peer not measured: ${PEERS_VARIABLE} names no folder with ${BUNDLE}`);
}
