/** Delivers the sample application for real, on this machine: `npm run rehearse [-- --scenario NAME]`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { parseScenario, rehearse, renderLast, renderTimeline, type Rehearsal } from '@slipway/rehearsal';
import { ensureBaseImage } from './base-image.js';
import { ROOT } from './build.js';
import './quiet-sdk.js';

async function main(): Promise<void> {
  const scenario = parseScenario(process.argv.slice(2));
  const engine = await runProcess({
    file: path.join(ROOT, 'scripts/ensure-docker.sh'),
    args: [],
    env: childEnvironment(),
    onLine: (line) => console.error(line),
  });
  if (engine.exitCode !== 0) {
    console.error('The rehearsal runs real containers and cannot go on without a Docker engine.');
    process.exitCode = 1;
    return;
  }
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    console.error(`${signal}: clearing the stage, then ending.`);
    controller.abort(new Error(`interrupted by ${signal}`));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const say = (line: string): void => console.log(line);
  say('Rehearsing the delivery of examples/hello-service');
  const rehearsal = await rehearse({
    baseImage: () => ensureBaseImage({ onStatus: (line) => say(`  ${line}`), signal: controller.signal }),
    signal: controller.signal,
    say,
    ...(scenario ? { scenario } : {}),
  });
  await tell(rehearsal);
}

async function tell({ report, series }: Rehearsal): Promise<void> {
  const folder = path.join(ROOT, 'rehearsal');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  for (const [at, { environment, version, outcome, seconds, timeline }] of report.deliveries.entries()) {
    console.log(`\n${version} to ${environment}: ${outcome}, ${seconds.toFixed(1)} s`);
    console.log(renderTimeline(timeline, fromZero(series[at] ?? [])));
  }
  if (report.last) console.log(renderLast(report.last));
  for (const problem of report.problems) console.error(`✗ ${problem}`);
  const memory = report.localAwsPeakMemoryMb === undefined ? '' : `, local-aws held ${report.localAwsPeakMemoryMb} MB`;
  console.log(`${report.outcome}: ${report.seconds.toFixed(0)} s on ${report.engine}${memory}; rehearsal/report.json`);
  process.exitCode = report.outcome === 'succeeded' ? 0 : 1;
}

function fromZero(series: Rehearsal['series'][number]): Rehearsal['series'][number] {
  const origin = series[0]?.atMs ?? 0;
  return series.map((interval) => ({ ...interval, atMs: interval.atMs - origin }));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
