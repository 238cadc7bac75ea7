import { referencesOf, type Digest } from '@slipway/oci';
import { AwsError, type Operation } from '../../service.js';
import { pageOf } from './input.js';
import { findRepository, type EcrParts } from './repository-operations.js';
import type { EcrRepository } from './repository.js';

/** ScannedImage is an image that a scan is asked of. */
export interface ScannedImage {
  readonly repository: string;
  readonly digest: string;
  /** How often its findings were asked for before. */
  readonly looks: number;
}

/** SimulatedFinding is one finding of a scan. */
export interface SimulatedFinding {
  /** As `CVE-2024-1234`. */
  readonly id: string;
  /** As CRITICAL. */
  readonly severity: string;
  readonly package: string;
  readonly version: string;
  readonly fixedIn?: string;
}

/** SimulatedScan is what ECR says of an image's scan. */
export interface SimulatedScan {
  /** Basic scanning's COMPLETE when absent. */
  readonly status?: string;
  readonly findings?: readonly SimulatedFinding[];
  /** Amazon Inspector's form, continuous; a basic scan on demand is refused then. */
  readonly enhanced?: boolean;
}

/** SimulateScan says what a scan of an image finds. Undefined: it was not scanned, until it is asked for. */
export type SimulateScan = (image: ScannedImage) => SimulatedScan | undefined;

/** createScanOperations returns the operations on scans. Nothing is scanned: `simulate` says what is found. */
export function createScanOperations(parts: EcrParts, simulate: SimulateScan): Record<string, Operation> {
  const looks = new Map<string, number>();
  const started = new Set<string>();
  return {
    DescribeImageScanFindings: async (input) => {
      const { repository, digest } = await scannedImage(parts, input);
      const key = `${repository.name}@${digest}`;
      const scan = simulate({ repository: repository.name, digest, looks: looks.get(key) ?? 0 });
      looks.set(key, (looks.get(key) ?? 0) + 1);
      if (!scan && !started.has(key) && !repository.scanOnPush) {
        throw new AwsError('ScanNotFoundException', `Image scan does not exist for the image with '${digest}'`);
      }
      return answer(parts, { repository, digest, input }, scan ?? {});
    },
    StartImageScan: async (input) => {
      const { repository, digest } = await scannedImage(parts, input);
      const key = `${repository.name}@${digest}`;
      if (simulate({ repository: repository.name, digest, looks: looks.get(key) ?? 0 })?.enhanced) {
        throw new AwsError('ValidationException', 'This feature is disabled');
      }
      started.add(key);
      const imageScanStatus = { status: 'IN_PROGRESS' };
      return { ...named(parts, { repository, digest, input }), imageScanStatus };
    },
  };
}

interface Asked {
  readonly repository: EcrRepository;
  readonly digest: Digest;
  readonly input: Readonly<Record<string, unknown>>;
}

function answer(parts: EcrParts, { repository, digest, input }: Asked, scan: SimulatedScan): object {
  const { enhanced = false, findings = [], status = enhanced ? 'ACTIVE' : 'COMPLETE' } = scan;
  const page = pageOf(findings, input);
  const counts: Record<string, number> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  const form = enhanced
    ? { enhancedFindings: page.items.map(enhancedFinding) }
    : { findings: page.items.map(basicFinding) };
  const isDone = status === 'COMPLETE' || status === 'ACTIVE';
  const now = new Date();
  const times = { imageScanCompletedAt: now, vulnerabilitySourceUpdatedAt: now };
  const imageScanFindings = { ...times, findingSeverityCounts: counts, ...form };
  return {
    ...named(parts, { repository, digest, input }),
    imageScanStatus: {
      status,
      description: isDone ? 'The scan was completed successfully.' : `The scan is ${status}.`,
    },
    ...(isDone ? { imageScanFindings, nextToken: page.nextToken } : {}),
  };
}

function named(parts: EcrParts, { repository, digest, input }: Asked): object {
  const { imageTag } = input['imageId'] as { readonly imageTag?: string };
  const imageId = { imageDigest: digest, ...(imageTag === undefined ? {} : { imageTag }) };
  return { registryId: parts.accountId, repositoryName: repository.name, imageId };
}

function basicFinding({ id, severity, package: name, version }: SimulatedFinding): object {
  const attributes = [
    { key: 'package_name', value: name },
    { key: 'package_version', value: version },
  ];
  return { name: id, severity, uri: `https://example.com/${id}`, attributes };
}

function enhancedFinding({ id, severity, package: name, version, fixedIn }: SimulatedFinding): object {
  const vulnerablePackages = [{ name, version, fixedInVersion: fixedIn ?? 'NotAvailable' }];
  const packageVulnerabilityDetails = { vulnerabilityId: id, vulnerablePackages };
  return { title: `${id} - ${name}`, severity, status: 'ACTIVE', packageVulnerabilityDetails };
}

async function scannedImage(
  parts: EcrParts,
  input: Readonly<Record<string, unknown>>,
): Promise<{ readonly repository: EcrRepository; readonly digest: Digest }> {
  const repository = await findRepository(parts, input);
  const { imageDigest, imageTag } = (input['imageId'] ?? {}) as { imageDigest?: string; imageTag?: string };
  const digest = repository
    .digests()
    .find((one) => one === imageDigest || (imageTag !== undefined && repository.tagsOf(one).includes(imageTag)));
  if (digest === undefined) {
    const name = imageDigest ?? imageTag ?? '';
    throw new AwsError('ImageNotFoundException', `The image '${name}' does not exist in '${repository.name}'`);
  }
  const { bytes } = await repository.layout.readManifest(digest);
  if (referencesOf(bytes).children.length > 0) {
    throw new AwsError('UnsupportedImageTypeException', 'An index is not scanned; its images are');
  }
  return { repository, digest };
}
