/** One thing that happened. */
export interface TimelineEvent {
  /** Milliseconds since the timeline began. */
  readonly atMs: number;
  readonly event: string;
}

/** What is worth a line when it changes. */
export interface Progress {
  readonly status: string;
  readonly lifecycleStage?: string;
  readonly productionWeight?: number;
  readonly testWeight?: number;
  readonly runningTaskCount?: number;
  readonly requestedTaskCount?: number;
}

/** describeChange names what changed between two looks, or nothing when nothing did. */
export function describeChange(before: Progress | undefined, after: Progress): string | undefined {
  const parts: string[] = [];
  if (before?.status !== after.status) parts.push(after.status);
  if (after.lifecycleStage !== undefined && before?.lifecycleStage !== after.lifecycleStage) {
    parts.push(after.lifecycleStage);
  }
  if (changed(before?.runningTaskCount, after.runningTaskCount)) {
    parts.push(`${after.runningTaskCount}/${after.requestedTaskCount ?? '?'} new tasks running`);
  }
  if (changed(before?.testWeight, after.testWeight)) parts.push(`test traffic ${after.testWeight} %`);
  if (changed(before?.productionWeight, after.productionWeight)) {
    parts.push(`production traffic ${after.productionWeight} %`);
  }
  return parts.length === 0 ? undefined : parts.join(' · ');
}

/** A count or weight that was never seen and is 0 is no news. */
function changed(before: number | undefined, after: number | undefined): boolean {
  return after !== undefined && after !== (before ?? 0);
}
