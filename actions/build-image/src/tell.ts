import path from 'node:path';
import type { BuiltImage } from './image.js';
import type { FoundImage } from './skip/find-image.js';
import type { BuildContext } from './inputs.js';
import type { Source } from './source.js';
import type { StepReader } from './steps.js';
import { summaryOf } from './summary.js';

/** What there is to say beside the image itself. */
export interface Told {
  readonly layout: string;
  readonly source: Source;
  readonly steps: StepReader;
  /** Where the image comes from when it was not built. */
  readonly takenFrom: FoundImage | undefined;
}

/** tellWarnings shows in the Dockerfile what BuildKit warned of, also where the build failed after it. */
export function tellWarnings({ github, log }: BuildContext, steps: StepReader, file: string): void {
  const shown = path.relative(github.workspace, file);
  for (const { rule, message, line } of steps.warnings) {
    log.warning(message, { file: shown, startLine: line, title: rule });
  }
}

/** tell writes outputs, report and summary of an image that was built. */
export async function tell(context: BuildContext, image: BuiltImage, told: Told): Promise<void> {
  const { log } = context;
  const { layout, source, steps, takenFrom } = told;
  context.setOutput('digest', image.digest);
  if (image.imageId !== undefined) context.setOutput('image-id', image.imageId);
  context.setOutput('platforms', image.platforms.join('\n'));
  context.setOutput('tags', source.tags.join('\n'));
  context.setOutput('oci-layout', layout);
  context.setOutput('size-bytes', String(image.sizeBytes));
  context.report(
    'layers',
    image.layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
  );
  context.report('steps', steps.steps);
  if (steps.cacheTrouble !== undefined) {
    log.warning(`The cache failed, and the build went on without it: ${steps.cacheTrouble}`);
  }
  context.setOutput('skipped', String(takenFrom !== undefined));
  log.info(`${takenFrom ? wordsOf(takenFrom) : 'Built'} ${image.digest} (${image.platforms.join(', ')}) in ${layout}.`);
  await context.summarise(summaryOf(image, source, { steps: steps.steps, takenFrom }));
}

function wordsOf({ tag, revision }: FoundImage): string {
  return `Built before from ${revision ?? 'an unknown commit'}, and taken from the registry by its tag '${tag}':`;
}
