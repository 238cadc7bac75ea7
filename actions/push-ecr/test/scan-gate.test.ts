import { describe, expect, it } from '@jest/globals';
import type { EcrScanPort, ImageScan, ScanStart } from '@slipway/aws';
import { digestOf, OCI_MANIFEST, type CollectedImage } from '@slipway/oci';
import type { PushContext } from '../src/inputs.js';
import { gateOf, passGate, type Gate } from '../src/scan-gate.js';

const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digestOf(Buffer.from('a layer')),
  size: 7,
};
const bytes = Buffer.from(
  JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: layer, layers: [layer] }),
);
const manifest = { digest: digestOf(bytes), mediaType: OCI_MANIFEST, bytes };
const image = { image: manifest, manifests: [manifest], referrers: [], blobs: [] } as unknown as CollectedImage;

/** What a gate came to; its scans answer one after the other, the last for ever. */
async function pass(
  scans: readonly (ImageScan | undefined)[],
  { unsupported = 'fail', start = 'started' }: { unsupported?: Gate['unsupported']; start?: ScanStart } = {},
) {
  const seen = { warnings: [] as string[], starts: 0, now: 0, looks: 0 };
  const port: EcrScanPort = {
    scan: () => Promise.resolve(scans[Math.min(seen.looks++, scans.length - 1)]),
    start: () => Promise.resolve(((seen.starts += 1), start)),
  };
  const gate: Gate = { failOn: 'critical', ignore: [], timeoutMinutes: 10, unsupported };
  const end = await passGate(contextOf(seen), port, { gate, image }).catch((error: unknown) => error);
  return { end, ...seen };
}

function contextOf(
  seen: { warnings: string[]; now: number },
  inputs: Partial<PushContext['inputs']> = {},
): PushContext {
  return {
    inputs: { repository: 'shop/web', ...inputs },
    log: { info: () => undefined, warning: (line: string) => void seen.warnings.push(line) },
    clock: { now: () => seen.now, sleep: (ms: number) => Promise.resolve(void (seen.now += ms)) },
    signal: new AbortController().signal,
    setOutput: () => undefined,
    report: () => undefined,
    summarise: () => Promise.resolve(),
  } as unknown as PushContext;
}

const scanOf = (status: string, description?: string): ImageScan => ({
  ...{ status, findings: [] },
  ...(description === undefined ? {} : { description }),
});

describe('the scan gate', () => {
  it('opens when a scan ends without findings', async () => {
    const { end, now } = await pass([undefined, scanOf('IN_PROGRESS'), scanOf('COMPLETE')]);
    expect([end, now]).toEqual([undefined, 10_000]);
  });

  it.each([
    ['that never ends', [scanOf('IN_PROGRESS')], 'IN_PROGRESS'],
    ['that never begins', [undefined], 'none'],
  ])('gives up waiting for a scan %s, which was asked for once at most', async (_name, scans, status) => {
    const { end, now, starts } = await pass(scans);
    expect(end).toMatchObject({
      code: 'PUSH_SCAN_TIMED_OUT',
      message: expect.stringContaining(`its status is ${status}`),
    });
    expect(now).toBe(600_000);
    expect(starts).toBe(status === 'none' ? 1 : 0);
  });

  it.each(['FAILED', 'LIMIT_EXCEEDED', 'A_STATUS_OF_TOMORROW'])('stays closed at %s', async (status) => {
    const { end } = await pass([scanOf(status)], { unsupported: 'warn' });
    expect(end).toMatchObject({ code: 'PUSH_SCAN_FAILED', message: expect.stringContaining(`ended as ${status}`) });
  });

  it('says what helps where enhanced scanning no longer follows the image', async () => {
    const { end } = await pass([scanOf('SCAN_ELIGIBILITY_EXPIRED')]);
    expect(end).toMatchObject({ code: 'PUSH_SCAN_FAILED', hint: expect.stringContaining('duration') });
  });

  const words = 'UnsupportedImageError: The operating system and/or package manager are not supported.';
  it.each([
    ['enhanced scanning says so', [scanOf('UNSUPPORTED_IMAGE')], 'started'],
    ['basic scanning says so', [scanOf('FAILED', words)], 'started'],
    ['a scan of it cannot be asked for', [undefined], 'unsupported'],
  ] as const)('closes for an image without a scanner, or warns: %s', async (_name, scans, start) => {
    const closed = await pass(scans, { start });
    expect(closed.end).toMatchObject({
      code: 'PUSH_SCAN_FAILED',
      hint: expect.stringContaining("'scan-unsupported: warn'"),
    });
    const open = await pass(scans, { start, unsupported: 'warn' });
    expect([open.end, open.now]).toEqual([undefined, 0]);
    expect(open.warnings).toEqual([expect.stringContaining(`ECR cannot scan ${manifest.digest}`)]);
  });
});

describe('an ignore list without a gate', () => {
  it('is told to do nothing', async () => {
    const seen = { warnings: [] as string[], now: 0 };
    // A list without entries.
    const gate = await gateOf(contextOf(seen, { 'scan-ignore': '/dev/null' }));
    expect(gate).toBeUndefined();
    expect(seen.warnings).toEqual([expect.stringContaining("'scan-ignore' does nothing")]);
  });
});
