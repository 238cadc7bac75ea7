import { say } from './print.js';

const VARIABLE = 'SLIPWAY_BENCH_PEER';

/** peerBundle returns the path of the built index.js of AWS's own deploy action, where the user names one. */
export function peerBundle(): string | undefined {
  return process.env[VARIABLE] || undefined;
}

/** sayUnmeasured tells how to have the peer measured. */
export function sayUnmeasured(): void {
  say(`peer not measured: set ${VARIABLE} to the dist/index.js of amazon-ecs-deploy-task-definition`);
}
