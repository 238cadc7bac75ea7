import type { ScheduledTasksPort, TaskDefinitionsPort } from '@slipway/aws';
import type { Log } from '@slipway/runtime';

/** What cleaning up asks. */
export interface CleaningPorts {
  readonly definitions: TaskDefinitionsPort;
  readonly scheduled: ScheduledTasksPort;
}

/** What is to be kept of a family. */
export interface Keeping {
  readonly family: string;
  readonly keep: number;
  /** The ARN of the revision of this run. */
  readonly current: string | undefined;
  readonly isDryRun: boolean;
}

/**
 * keepRevisions deregisters the active revisions of a family but the newest, and none that a service, a task or a
 * scheduled rule uses. What is in use is read before and not after: when it cannot be read, nothing is deregistered,
 * and the step goes on. Returns the ARNs that were deregistered, or would be.
 */
export async function keepRevisions(ports: CleaningPorts, log: Log, keeping: Keeping): Promise<readonly string[]> {
  const arns = await ports.definitions.activeArns(keeping.family);
  // A dry run's own revision is not there yet, and would be the newest.
  const older = arns.slice(keeping.isDryRun && keeping.current === undefined ? keeping.keep - 1 : keeping.keep);
  if (older.length === 0) return [];
  const used = new Set([
    ...(await ports.definitions.inUse(keeping.family)),
    ...(await ports.scheduled.usedRevisions()),
    keeping.current,
  ]);
  const unused = older.filter((arn) => !used.has(arn));
  const verb = keeping.isDryRun ? 'Would deregister' : 'Deregistering';
  log.info(
    `${verb} ${unused.length} of ${arns.length} active revisions; ${older.length - unused.length} older ones are in use.`,
  );
  if (!keeping.isDryRun) for (const arn of unused) await ports.definitions.deregister(arn);
  return unused;
}
