import { beforeEach, describe, expect, it } from '@jest/globals';
import { runProcess, type RunOptions } from '@slipway/process';
import { createCommandGate, type CommandOptions } from '../../src/gates/command.js';
import { GateWorld, MINUTE, pauseAt } from './world.js';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

const node = (script: string): readonly string[] => [process.execPath, '-e', script];
const gateOf = (argv: readonly string[], options: Partial<CommandOptions> = {}) =>
  createCommandGate(
    {
      ...{ argv, minutes: 10, workspace: process.cwd(), environment: {} },
      run: (program) => world.clock.during(runProcess(program)),
      ...options,
    },
    world.surroundings,
  );
/** A program that ends only when it is told to; one that never does where `isDeaf`. */
const endless =
  ({ isDeaf = false } = {}) =>
  (program: RunOptions): Promise<never> =>
    new Promise((_, reject) => {
      program.onLine?.('still running', 'stdout');
      if (!isDeaf) program.signal?.addEventListener('abort', () => reject(new Error('ended')));
    });

describe('command', () => {
  it('passes on 0 and shows the output as a foreign text', async () => {
    const gate = gateOf(node('console.log("::error::mine"); console.error("two")'));
    const result = await world.judge(gate);
    expect(result).toMatchObject({ gate: 'command', verdict: 'pass', evidence: { exitCode: 0 } });
    expect(world.log.lines[0]).toContain('(after-traffic, 100 %)');
    expect([...world.log.lines.slice(1, 3)].sort()).toEqual(['| ::error::mine', '| two']);
  });

  it('fails on any other exit code', async () => {
    expect(await world.judge(gateOf(node('process.exit(3)')))).toMatchObject({
      verdict: 'fail',
      because: expect.stringMatching(/exited with 3\.$/),
      evidence: { exitCode: 3 },
    });
  });

  it('fails when there is no such program', async () => {
    const result = await world.judge(gateOf(['no-such-program-here']));
    expect(result).toMatchObject({ verdict: 'fail', because: expect.stringContaining('could not be started') });
  });

  it.each([
    ['before-traffic', 0, 'https://test.example.com'],
    ['step', 5, 'https://www.example.com'],
  ] as const)('tells the program where it is at %s', async (position, percent, baseUrl) => {
    const gate = gateOf(node('console.log(JSON.stringify(process.env))'), {
      testUrl: 'https://test.example.com',
      productionUrl: 'https://www.example.com',
      environment: { OWN: 'kept', INPUT_SECRET: 'hidden', STATE_started: 'hidden', NOTHING: undefined },
    });
    await world.judge(gate, { position, percent });
    const { deploymentArn } = pauseAt();
    expect(JSON.parse(world.log.lines[1]?.slice(2) ?? '')).toEqual({
      ...{ OWN: 'kept', BASE_URL: baseUrl, TEST_URL: 'https://test.example.com' },
      ...{ DEPLOYMENT_ARN: deploymentArn, STAGE: position, PERCENT: String(percent) },
    });
  });

  it('leaves out what nobody knows', async () => {
    await world.judge(gateOf(node('console.log(Object.keys(process.env).sort().join())')));
    expect(world.log.lines[1]).toBe('| DEPLOYMENT_ARN,PERCENT,STAGE');
  });

  it.each([
    ['its own time', 10, 600],
    ['the deadline of the pause', 3, 175],
  ])('leaves doubt when %s is over, and shows what there was', async (_, minutes, seconds) => {
    const result = await world.judge(gateOf(['slow'], { run: endless() }), {}, minutes + 0.5 * Number(minutes === 10));
    expect(result).toMatchObject({ verdict: 'inconclusive', seconds });
    expect(world.log.lines).toContain('| still running');
  });

  it('does not wait for a program that cannot be ended', async () => {
    const gate = gateOf(['deaf'], { run: endless({ isDeaf: true }) });
    expect(await world.judge(gate, {}, 2)).toMatchObject({ verdict: 'inconclusive', seconds: 120 });
  });

  it('ends the program when the run is cancelled, and rejects with its reason', async () => {
    const judging = gateOf(['slow'], { run: endless() }).judge(
      pauseAt({ deadline: world.clock.now() + 5 * MINUTE }),
      world.controller.signal,
    );
    await world.clock.settle();
    const reason = new Error('cancelled');
    world.controller.abort(reason);
    await expect(judging).rejects.toBe(reason);
    expect(world.log.lines).toContain('| still running');
  });

  it('really ends a real program', async () => {
    const judging = gateOf(node('console.log("up"); setInterval(() => {}, 1000)'), {
      run: (program) =>
        runProcess({
          ...program,
          onLine: (line, stream) => {
            program.onLine?.(line, stream);
            world.controller.abort(new Error('cancelled'));
          },
        }),
    }).judge(pauseAt(), world.controller.signal);
    await expect(judging).rejects.toThrow('cancelled');
  });
});
