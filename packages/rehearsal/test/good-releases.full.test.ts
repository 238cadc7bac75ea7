import { describe, expect, it } from '@jest/globals';
import { SERVICE, openScene, startLoad, type Scene } from '../src/index.js';
import { JUDGED } from '../src/pipeline.js';

/** Simulated tasks start at once: so many fit into some minutes, which real containers do not. */
const RELEASES = 20;

async function deliver(scene: Scene, count: number): Promise<string> {
  const end = await scene.run('bluegreen-deploy', {
    ...JUDGED,
    cluster: 'staging',
    service: SERVICE,
    'task-definition': await scene.register(`good-${count}`),
    'slow-seconds': '1',
  });
  const analysis = (end.report?.['gates'] as { gate: string; position: string; verdict: string }[] | undefined)?.find(
    ({ gate, position }) => gate === 'analysis' && position === 'step',
  );
  return `${end.outputs['outcome']}, analysis ${analysis?.verdict}${end.errors.length === 0 ? '' : `: ${end.errors.join(' ')}`}`;
}

describe('a good release on simulated tasks, under load', () => {
  it(`survives the gates: ${RELEASES} of ${RELEASES}`, async () => {
    const scene = await openScene();
    const load = startLoad({ baseUrl: scene.environment.url, slowShare: 0 });
    try {
      const ends: string[] = [];
      for (let count = 1; count <= RELEASES; count += 1) ends.push(await deliver(scene, count));
      const { total, failedByKind } = await load.stop();
      expect(ends).toEqual(Array.from({ length: RELEASES }, () => 'succeeded, analysis pass'));
      // What a simulated task answers is 200 and not what the service says; anything else would be a failure.
      expect(failedByKind).toEqual({ body: total });
    } finally {
      await load.stop();
      await scene.close();
    }
  }, 600_000);
});
