import { afterEach } from '@jest/globals';
import {
  openLab,
  runInLab,
  type Lab,
  type LabEnd,
  type LabOptions,
  type LabRequest,
  type LabStart,
} from '@slipway/rehearsal';
import { rollBack, type ImageFound, type Images, type Rollback, type Run } from '../../src/index.js';

/** The lab of the test that runs. */
export let lab: Lab;
export const given = async (options?: LabOptions): Promise<void> => {
  lab = await openLab(options);
};
afterEach(() => lab.close());

/** A registry that has every image, by default, and knows the commits and tags that a test says. */
export function registryOf(found: Readonly<Record<string, ImageFound>> = {}): Images {
  const usual = (reference: string): ImageFound => {
    const digest = reference.split('@')[1];
    return digest === undefined ? { kind: 'gone' } : { kind: 'present', digest };
  };
  return { look: (reference) => Promise.resolve(found[reference] ?? usual(reference)) };
}

interface Back extends Partial<Rollback>, Pick<LabStart, 'request' | 'interference'> {}

/** Goes back; `during` begins something else before, and returns what waits for its end. */
export const back = (
  { request = {}, interference = {}, ...rollback }: Back = {},
  during?: (run: Run) => Promise<() => Promise<unknown>>,
): Promise<LabEnd> =>
  runInLab(lab, {
    mode: async (run) => {
      const other = await during?.(run);
      const asked = { hold: 'none', holdText: 'mona', strategy: 'fast', images: registryOf(), ...rollback } as const;
      const end = await rollBack(run, asked);
      await other?.();
      return end;
    },
    request: { by: 'example/shop run 9.1', ...request },
    interference,
  });

/** Another job, which delivers. */
export const deliveryOf = (run: Run, taskDefinition: string): Run => ({
  ...run,
  request: { ...run.request, taskDefinition, by: 'example/shop run 1.1' },
  setOutput: () => undefined,
  saveState: () => undefined,
});

export const deliver = async (behaviour: string, request: LabRequest = {}): Promise<LabEnd> =>
  runInLab(lab, { taskDefinition: await lab.register(behaviour), request });

export const calls = (...operations: readonly string[]): number =>
  lab.localAws.calls().filter(({ operation, accessKeyId }) => operations.includes(operation) && accessKeyId === 'LAB')
    .length;
export const changes = (): number =>
  calls('UpdateService', 'StopServiceDeployment', 'ContinueServiceDeployment', 'TagResource', 'UntagResource');

interface Listed {
  readonly 'task-definition': string;
  readonly commit: string;
  readonly usable: boolean;
  readonly because: string;
}
export const candidates = (end: LabEnd): readonly Listed[] => JSON.parse(end.outputs['candidates'] ?? '[]') as Listed[];
