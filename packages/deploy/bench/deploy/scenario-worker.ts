/** Plays the sweeps' deployments in a lab, one after the other, for so many seconds; prints how many there were. */
import { openPlay, PLAYS } from '../../test/sweep/plays.js';
import { runInLab } from '@slipway/rehearsal';

/** One run of each before anything counts: compilers have done their work then. */
const WARM_UP_RUNS = PLAYS.length;

async function run(at: number): Promise<void> {
  const play = PLAYS[at % PLAYS.length];
  if (!play) return;
  const { lab, taskDefinition } = await openPlay(play);
  const { delivered } = await runInLab(lab, { taskDefinition, request: play.request });
  await lab.close();
  if (delivered?.outcome !== play.outcome) {
    throw new Error(`'${play.name}' ended as ${delivered?.outcome ?? 'nothing'}; it should as ${play.outcome}.`);
  }
}

for (let at = 0; at < WARM_UP_RUNS; at += 1) await run(at);
const measureMs = Number(process.argv[2]) * 1_000;
const startedMs = performance.now();
const before = process.cpuUsage();
let runs = 0;
while (performance.now() - startedMs < measureMs) await run(runs++);
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `${JSON.stringify({ runs, ms: performance.now() - startedMs, cpuMs: (user + system) / 1_000 })}\n`,
);
// Sockets that a lab's HTTP client keeps alive must not keep the process.
process.exit();
