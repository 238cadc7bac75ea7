import type { EcrScanPort, Finding, ImageScan } from '@slipway/aws';
import { SlipwayError, minutesMs, poll, secondsMs } from '@slipway/core';
import { referencesOf, type CollectedImage } from '@slipway/oci';
import { table } from '@slipway/runtime';
import { readIgnoreFile, type IgnoreEntry } from './ignore-list.js';
import type { PushContext } from './inputs.js';
import { countsOf, judge, type JudgedFinding, type ScanVerdict, type Severity } from './scan-verdict.js';

/** What the gate waits for, as the inputs say. */
export interface Gate {
  readonly failOn: Severity;
  readonly ignore: readonly IgnoreEntry[];
  readonly timeoutMinutes: number;
  /** What an image comes to that ECR cannot scan. */
  readonly unsupported: 'fail' | 'warn';
}

/** gateOf reads the gate's inputs; undefined when there is none. @throws SlipwayError PUSH_SCAN_IGNORE_INVALID */
export async function gateOf({ inputs, log }: PushContext): Promise<Gate | undefined> {
  const { 'scan-ignore': file, 'fail-on-severity': failOn } = inputs;
  const ignore = await readIgnoreFile(file);
  if (failOn === undefined) {
    if (file !== undefined)
      log.warning("'scan-ignore' does nothing where 'fail-on-severity' is not set: no scan is read.");
    return undefined;
  }
  const { 'scan-timeout-minutes': timeoutMinutes, 'scan-unsupported': unsupported } = inputs;
  return { failOn, ignore, timeoutMinutes, unsupported };
}

/** A scan takes ECR from seconds to a few minutes. */
const INTERVAL_SECONDS = 5;
/** The statuses after which nothing more comes, of basic and of enhanced scans. */
const DONE: readonly string[] = ['COMPLETE', 'ACTIVE'];
const UNDER_WAY: readonly string[] = ['IN_PROGRESS', 'PENDING', 'none'];
const UNSUPPORTED = 'UNSUPPORTED_IMAGE';

/** Basic scanning calls an image that it has no scanner for a failure, whose description begins with that name. */
function isUnsupported({ status, description = '' }: ImageScan): boolean {
  return status === UNSUPPORTED || (status === 'FAILED' && description.startsWith('UnsupportedImageError'));
}

/**
 * passGate waits for the scans of every platform's image and fails when one found what is too severe.
 *
 * @throws SlipwayError PUSH_SCAN_FINDINGS, PUSH_SCAN_FAILED, PUSH_SCAN_TIMED_OUT
 */
export async function passGate(
  context: PushContext,
  scans: EcrScanPort,
  { gate, image }: { readonly gate: Gate; readonly image: CollectedImage },
): Promise<void> {
  const deadline = context.clock.now() + minutesMs(context.clock, gate.timeoutMinutes);
  const found = await Promise.all(
    scannable(image).map(async (digest) => {
      const { findings } = await finished(context, scans, { digest, deadline, gate });
      return findings.map((finding: Finding) => ({ ...finding, image: digest }));
    }),
  );
  const verdict = judge(found.flat(), { ...gate, nowMs: context.clock.now() });
  await tell(context, verdict);
  const failing = verdict.findings.filter((one) => one.verdict === 'fails');
  if (failing.length > 0) throw tooSevere(failing, gate.failOn);
}

/** What is scanned: images; neither the index that lists them nor a builder's attestations beside them. */
function scannable({ manifests }: CollectedImage): readonly string[] {
  const isImage = (bytes: Uint8Array): boolean => {
    const { blobs } = referencesOf(bytes);
    return blobs.length > 0 && !blobs.some(({ mediaType }) => mediaType === 'application/vnd.in-toto+json');
  };
  return manifests.filter(({ bytes }) => isImage(bytes)).map(({ digest }) => digest);
}

async function finished(
  { inputs, clock, signal, log }: PushContext,
  scans: EcrScanPort,
  { digest, deadline, gate }: { readonly digest: string; readonly deadline: number; readonly gate: Gate },
): Promise<ImageScan> {
  const { repository } = inputs;
  let isAsked = false;
  const look = async (): Promise<ImageScan> => {
    const scan = await scans.scan(repository, digest);
    if (scan) return scan;
    // Where the repository scans on push it will come; where not, somebody has to ask, once.
    const start = isAsked ? undefined : await scans.start(repository, digest);
    isAsked = true;
    if (start === 'started') log.info(`Asked ECR to scan ${digest}.`);
    return { status: start === 'unsupported' ? UNSUPPORTED : 'none', findings: [] };
  };
  const done = ({ status }: ImageScan): boolean => !UNDER_WAY.includes(status);
  const scan = await poll({ clock, signal, intervalMs: secondsMs(clock, INTERVAL_SECONDS), deadline, look, done });
  if (DONE.includes(scan.status)) return scan;
  if (isUnsupported(scan) && gate.unsupported === 'warn') {
    log.warning(`ECR cannot scan ${digest}${inWords(scan)}. The gate has not looked at it.`);
    return scan;
  }
  throw done(scan) ? scanFailed(digest, scan) : scanTimedOut(digest, scan.status);
}

async function tell(context: PushContext, { findings, expired, unused }: ScanVerdict): Promise<void> {
  const counts = countsOf(findings);
  for (const [name, count] of Object.entries(counts)) {
    context.setOutput(`findings-${name as keyof typeof counts}`, String(count));
  }
  context.report('findings', findings);
  for (const { id, expires } of expired) {
    context.log.warning(`The ignore list's entry for ${id} ended on ${expires}: it ignores nothing any more.`);
  }
  for (const { id } of unused) context.log.info(`The ignore list's entry for ${id} speaks of nothing that was found.`);
  const head = ['Severity', 'Finding', 'Package', 'Fixed in', ''];
  const words = { fails: 'too severe', below: '', ignored: 'ignored: ' } as const;
  const rows = findings.map((one) => [
    ...[one.severity, one.id, packagesOf(one), fixesOf(one)],
    `${words[one.verdict]}${one.reason ?? ''}`,
  ]);
  const list = rows.length === 0 ? 'Nothing was found.' : table(head, rows);
  await context.summarise(`### Findings of ECR's scan\n\n${list}`);
}

function packagesOf({ packages }: JudgedFinding): string {
  return packages.map(({ name, version }) => `${name} ${version ?? ''}`.trim()).join(', ');
}

function fixesOf({ packages }: JudgedFinding): string {
  return [...new Set(packages.flatMap(({ fixedIn }) => fixedIn ?? []))].join(', ');
}

/** How many are named in the error; the summary has all of them. */
const NAMED = 5;

function tooSevere(failing: readonly JudgedFinding[], failOn: Severity): SlipwayError {
  const named = failing.slice(0, NAMED).map((one) => `${one.id} (${one.severity}, ${packagesOf(one) || 'no package'})`);
  const more = failing.length > NAMED ? ` and ${failing.length - NAMED} more` : '';
  return new SlipwayError({
    code: 'PUSH_SCAN_FINDINGS',
    message: `ECR's scan found ${failing.length} of severity ${failOn} or above: ${named.join(', ')}${more}.`,
    hint: "Update what has them and build again; or put one into the file of 'scan-ignore', with a reason and a day. The image is in the registry, and nothing is to deploy it.",
  });
}

function scanFailed(digest: string, scan: ImageScan): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SCAN_FAILED',
    message: `ECR's scan of ${digest} ended as ${scan.status}${inWords(scan)}.`,
    hint: hintOf(scan),
    kind: 'world',
  });
}

function inWords({ description }: ImageScan): string {
  return description === undefined ? '' : `: ${description.replace(/\.$/, '')}`;
}

function hintOf(scan: ImageScan): string {
  if (isUnsupported(scan)) {
    return "ECR has no scanner for what the image is made of (FROM scratch, distroless). Set 'scan-unsupported: warn' where that is known, or turn enhanced scanning on for the repository.";
  }
  if (scan.status === 'SCAN_ELIGIBILITY_EXPIRED') {
    return "Enhanced scanning follows an image for a time after its push, which is over. Raise that duration in Inspector's settings, or build the image anew.";
  }
  return 'Look at the image in the ECR console. Without findings the gate stays closed.';
}

function scanTimedOut(digest: string, status: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SCAN_TIMED_OUT',
    message: `ECR's scan of ${digest} did not end in time; its status is ${status}.`,
    hint: "Turn scanning on push on for the repository, or raise 'scan-timeout-minutes'.",
    kind: 'world',
    retryable: true,
  });
}
