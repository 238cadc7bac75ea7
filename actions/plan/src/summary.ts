import { chartLabel, mermaid, table } from '@slipway/runtime';
import type { Matrices, Stage } from './matrices.js';

/** What the summary of a delivery tells. */
export interface DeliverySummary {
  /** The branch that the configuration does not name, or a tag, in the middle of a sentence; absent where that does not matter. */
  readonly undriven?: string;
  /** Whether the stages only show what merging would do. */
  readonly isProposal: boolean;
  readonly services: readonly string[];
  readonly why: string;
  readonly matrices: Matrices;
}

/** deliverySummary shows which service goes through which stages, and where somebody may have to approve. */
export function deliverySummary(summary: DeliverySummary): string {
  const { isProposal, services, why, matrices } = summary;
  const head = `### Plan: ${headline(summary)}\n\n${services.length} of the services: ${why}.`;
  if (services.length === 0) return head;
  const { stages } = matrices;
  const rows = services.map((service) => [
    service,
    'build and test',
    ...stages.map((stage) => placeOf(stage, service)),
  ]);
  const names = stages.map(({ environment }, index) => `${index + 1}. ${environment}`);
  const picture = stages.length > 0 ? `\n\n${pictureOf(matrices)}` : '';
  const note =
    isProposal && stages.length > 0
      ? '\n\nNothing is delivered by this run: the stages are those of a push to the branch.'
      : '';
  return `${head}\n\n${table(['Service', 'Image', ...names], rows)}${picture}${note}`;
}

function headline({ undriven, isProposal, services, matrices: { stages } }: DeliverySummary): string {
  const because = undriven === undefined ? '' : `, because ${undriven} drives no environment`;
  if (services.length === 0) return `nothing to do${because}`;
  const to = stages.map(({ environment }) => environment).join(', then ');
  if (to === '') return `images only${because}`;
  return isProposal ? `merging delivers to ${to}` : `deliver to ${to}`;
}

function placeOf({ cells }: Stage, service: string): string {
  const cell = cells.find((candidate) => candidate['service'] === service);
  return cell ? `${cell['cluster'] ?? ''} / ${cell['ecs-service'] ?? ''}` : '–';
}

function pictureOf({ images, pushes, stages }: Matrices): string {
  const nodes = [
    `images["build and test<br/>${count(images)}"]`,
    `push["push<br/>${count(pushes)}"]`,
    ...stages.map(
      ({ environment, githubEnvironment, cells }, index) =>
        `stage${index + 1}["${index + 1}. ${environment}<br/>${count(cells)}<br/>approved by the rules of ${chartLabel(githubEnvironment)}"]`,
    ),
  ];
  return mermaid(['flowchart LR', `  ${nodes.join(' --> ')}`]);
}

function count(cells: readonly unknown[]): string {
  return cells.length === 1 ? '1 service' : `${cells.length} services`;
}

/** cellSummary shows the one cell of a promotion or a rollback. */
export function cellSummary(operation: string, cell: Readonly<Record<string, string>>): string {
  const from =
    cell['source-cluster'] === undefined ? '' : ` from ${cell['source-environment'] ?? cell['source-cluster']}`;
  const rows = ['account', 'region', 'cluster', 'ecs-service', 'repository', 'github-environment', 'strategy']
    .filter((name) => cell[name] !== undefined)
    .map((name) => [name, cell[name] ?? '']);
  const title = `### Plan: ${operation} ${cell['service'] ?? ''}${from} in ${cell['environment'] ?? ''}`;
  const note = blindNote(operation, cell);
  return `${title}\n\n${table(['What', 'Value'], rows)}${note === undefined ? '' : `\n\n${note}`}`;
}

/** blindNote says of a promotion whose evidence cannot see what it would change what that needs; else undefined. */
export function blindNote(operation: string, cell: Readonly<Record<string, string>>): string | undefined {
  if (operation !== 'promote' || cell['plan-service'] !== undefined) return undefined;
  return `What would change is told against the source's account: what '${cell['environment'] ?? ''}' runs is not seen before somebody approves. Its 'plan-role' would make it so.`;
}
