import { describe, expect, it } from '@jest/globals';
import type { Connection, LoadRequest } from '../../src/load/connection.js';
import { Pool } from '../../src/load/pool.js';
import { Recorder } from '../../src/load/recorder.js';
import { Sender } from '../../src/load/sender.js';

const GET: LoadRequest = { method: 'GET', path: '/', headers: {}, accepts: () => true };

/** A service in virtual time: each request is answered after what `takes` says of the time at which it was sent. */
class Scene {
  nowMs = 0;
  readonly recorder = new Recorder();
  readonly sent: string[] = [];
  readonly #answers: { readonly atMs: number; readonly done: () => void }[] = [];
  readonly #sender: Sender;
  readonly #pool: Pool;

  constructor(
    takes: (sentMs: number) => number,
    {
      perSecond,
      connections = 1,
      requests = [GET],
    }: { perSecond?: number; connections?: number; requests?: LoadRequest[] },
  ) {
    const connect = (): Connection => ({
      send: ({ path }, done) => {
        this.sent.push(path);
        this.#answers.push({ atMs: this.nowMs + takes(this.nowMs), done: () => done() });
      },
      close: () => Promise.resolve(),
    });
    this.#pool = new Pool(connect, connections);
    const now = (): number => this.nowMs;
    this.#sender = new Sender({ perSecond, requests, pool: this.#pool, recorder: this.recorder, now });
  }

  get busy(): number {
    return this.#pool.busy;
  }

  /** Goes on millisecond by millisecond; the timer of the load ticks at each, but in a pause of ours. */
  runUntil(endMs: number, isPaused: (ms: number) => boolean = () => false): this {
    for (; this.nowMs < endMs; this.nowMs += 1) {
      for (const due of this.#answers.filter(({ atMs }) => atMs === this.nowMs)) due.done();
      if (!isPaused(this.nowMs)) this.#sender.tick();
    }
    return this;
  }

  end(): Recorder {
    this.#sender.end();
    return this.recorder;
  }
}

describe('Sender', () => {
  it('sends at its rate, whether the service has answered or not', () => {
    const scene = new Scene(() => 50, { perSecond: 100, connections: 10 }).runUntil(1000);
    expect(scene.end()).toMatchObject({ sent: 100, unsent: 0 });
    expect(scene.busy).toBe(5);
    expect(scene.recorder.latency()).toMatchObject({ p50: 50, max: 50 });
  });

  it('charges a stall to all who would have waited, not only to whom it kept', () => {
    // One connection, and one second of two in which nothing is answered: half of all requests were due in it.
    const stall = (ms: number): number => (ms >= 1000 && ms < 2000 ? 2000 - ms : 1);
    const { recorder } = new Scene(stall, { perSecond: 100 }).runUntil(2500);
    const { p50, p95, max } = recorder.latency();
    expect(max).toBeCloseTo(1000, -1);
    expect(p95).toBeGreaterThan(800);
    expect(p50).toBeLessThan(400);
    expect(recorder.lagMs()).toBeLessThan(1);
  });

  it('counts what was due and never sent, with the time that it has waited', () => {
    const recorder = new Scene(() => 5000, { perSecond: 10, connections: 2 }).runUntil(1000).end();
    expect(recorder).toMatchObject({ sent: 2, unsent: 8 });
    expect(recorder.latency().max).toBeCloseTo(800, -1);
  });

  it('knows how late it was itself', () => {
    const late = (ms: number): boolean => ms > 100 && ms < 400;
    const { recorder } = new Scene(() => 1, { perSecond: 100, connections: 100 }).runUntil(1000, late);
    expect(recorder.lagMs()).toBeGreaterThan(280);
    expect(recorder.latency().max).toBeGreaterThan(280);
    expect(recorder.sent).toBe(100);
  });

  it('sends without a rate as soon as a connection is free', () => {
    const { recorder } = new Scene(() => 10, { connections: 3 }).runUntil(100);
    expect(recorder.sent).toBe(30);
    expect(recorder.latency().max).toBe(10);
  });

  it('takes requests in turn', () => {
    const requests = ['/a', '/b', '/c'].map((path) => ({ ...GET, path }));
    const { sent } = new Scene(() => 1, { perSecond: 1000, requests }).runUntil(6);
    expect(sent.slice(0, 4)).toEqual(['/a', '/b', '/c', '/a']);
  });
});
