import {
  DescribeImageScanFindingsCommand,
  StartImageScanCommand,
  type DescribeImageScanFindingsCommandOutput,
  type ECRClient,
  type EnhancedImageScanFinding,
  type ImageScanFinding,
} from '@aws-sdk/client-ecr';
import { awsErrorName } from './errors.js';
import { named } from './named.js';

/** A weakness that a scan found. */
export interface Finding {
  /** `CVE-2024-1234`, as a rule. */
  readonly id: string;
  /** As ECR names it: CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED, UNTRIAGED; an open set. */
  readonly severity: string;
  /** The packages that have it, each with its version. */
  readonly packages: readonly { readonly name: string; readonly version?: string; readonly fixedIn?: string }[];
  readonly url?: string;
}

/** A scan as ECR tells of it. */
export interface ImageScan {
  /** As ECR names it: COMPLETE, IN_PROGRESS, FAILED, ACTIVE, PENDING and more; an open set. */
  readonly status: string;
  readonly description?: string;
  readonly findings: readonly Finding[];
}

/** EcrScanPort is what the suite asks of ECR's scans, basic and enhanced. */
export interface EcrScanPort {
  /** The latest scan of an image; undefined when there was none. */
  scan(repository: string, digest: string): Promise<ImageScan | undefined>;
  /** Begins a basic scan, where ECR begins one on demand. */
  start(repository: string, digest: string): Promise<ScanStart>;
}

/** What became of asking for a scan: `not-on-demand` with enhanced scanning, or when there was one within a day. */
export type ScanStart = 'started' | 'not-on-demand' | 'unsupported';

/** What StartImageScan says of a registry with enhanced scanning, and of an image that was scanned within a day. */
const NOT_ON_DEMAND: readonly string[] = ['ValidationException', 'LimitExceededException'];

/** ecrScansOver returns it behind a client. Errors are SlipwayErrors with codes AWS_*. */
export function ecrScansOver(client: ECRClient): EcrScanPort {
  return {
    scan: async (repositoryName, imageDigest) => {
      const findings: Finding[] = [];
      let page: DescribeImageScanFindingsCommandOutput | undefined;
      do {
        const { nextToken } = page ?? {};
        const asked = { repositoryName, imageId: { imageDigest }, ...(nextToken === undefined ? {} : { nextToken }) };
        try {
          page = await client.send(new DescribeImageScanFindingsCommand(asked));
        } catch (error) {
          if (awsErrorName(error) === 'ScanNotFoundException') return undefined;
          return named('ecr:DescribeImageScanFindings')(error);
        }
        findings.push(...(page.imageScanFindings?.findings ?? []).map(basicFinding));
        findings.push(...(page.imageScanFindings?.enhancedFindings ?? []).filter(isOpen).map(enhancedFinding));
      } while (page.nextToken);
      const { status = 'unknown', description } = page.imageScanStatus ?? {};
      return { status, findings, ...(description ? { description } : {}) };
    },
    start: async (repositoryName, imageDigest) => {
      try {
        await client.send(new StartImageScanCommand({ repositoryName, imageId: { imageDigest } }));
        return 'started';
      } catch (error) {
        const name = awsErrorName(error) ?? '';
        if (NOT_ON_DEMAND.includes(name)) return 'not-on-demand';
        if (name === 'UnsupportedImageTypeException') return 'unsupported';
        return named('ecr:StartImageScan')(error);
      }
    },
  };
}

function basicFinding({ name, severity, uri, attributes }: ImageScanFinding): Finding {
  const attribute = (key: string): string | undefined => attributes?.find((one) => one.key === key)?.value;
  const [pack, version] = [attribute('package_name'), attribute('package_version')];
  return {
    id: name ?? 'unnamed',
    severity: severity ?? 'UNDEFINED',
    packages: pack === undefined ? [] : [{ name: pack, ...(version === undefined ? {} : { version }) }],
    ...(uri ? { url: uri } : {}),
  };
}

/** Inspector keeps what was suppressed or closed in the list. */
function isOpen({ status }: EnhancedImageScanFinding): boolean {
  return status !== 'SUPPRESSED' && status !== 'CLOSED';
}

function enhancedFinding({ title, severity, packageVulnerabilityDetails }: EnhancedImageScanFinding): Finding {
  const { vulnerabilityId, sourceUrl, vulnerablePackages = [] } = packageVulnerabilityDetails ?? {};
  return {
    id: vulnerabilityId ?? title ?? 'unnamed',
    severity: severity ?? 'UNDEFINED',
    packages: vulnerablePackages.map(({ name = 'unnamed', version, fixedInVersion }) => ({
      ...{ name, ...(version === undefined ? {} : { version }) },
      ...(fixedInVersion === undefined || fixedInVersion === 'NotAvailable' ? {} : { fixedIn: fixedInVersion }),
    })),
    ...(sourceUrl ? { url: sourceUrl } : {}),
  };
}
