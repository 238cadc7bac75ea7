import type { Finding } from '@slipway/aws';
import { hasExpired, isMeant, type IgnoreEntry } from './ignore-list.js';

/** The severities that a gate may be set to, the worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What ECR and Inspector say of findings that nobody has rated. */
const UNRATED: readonly string[] = ['undefined', 'untriaged'];

/** A finding as the gate sees it. */
export interface JudgedFinding extends Finding {
  /** The digest of the image that has it: a platform's. */
  readonly image: string;
  /** `fails`: it closes the gate; `below`: it is less severe than that; `ignored`: somebody decided so. */
  readonly verdict: 'fails' | 'below' | 'ignored';
  readonly reason?: string;
}

/** What the gate found. */
export interface ScanVerdict {
  /** The worst first. */
  readonly findings: readonly JudgedFinding[];
  /** Entries of the ignore list whose day is over: they ignore nothing. */
  readonly expired: readonly IgnoreEntry[];
  /** Entries that speak of nothing that was found. */
  readonly unused: readonly IgnoreEntry[];
}

/** judge holds findings against the severity that fails and against the ignore list. */
export function judge(
  found: readonly (Finding & { readonly image: string })[],
  gate: { readonly failOn: Severity; readonly ignore: readonly IgnoreEntry[]; readonly nowMs: number },
): ScanVerdict {
  const expired = gate.ignore.filter((entry) => hasExpired(entry, gate.nowMs));
  const valid = gate.ignore.filter((entry) => !expired.includes(entry));
  const limit = rankOf(gate.failOn);
  const findings = found.map((finding): JudgedFinding => {
    const entry = valid.find((one) => isMeant(one, finding));
    if (entry) return { ...finding, verdict: 'ignored', reason: `${entry.reason} (until ${entry.expires})` };
    return { ...finding, verdict: rankOf(finding.severity) <= limit ? 'fails' : 'below' };
  });
  findings.sort((a, b) => rankOf(a.severity) - rankOf(b.severity) || (a.id < b.id ? -1 : 1));
  return { findings, expired, unused: valid.filter((entry) => !found.some((finding) => isMeant(entry, finding))) };
}

/** countsOf counts findings that nobody ignores, by severity; what has none of the known ones is `other`. */
export function countsOf(findings: readonly JudgedFinding[]): Readonly<Record<Severity | 'other' | 'ignored', number>> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, informational: 0, other: 0, ignored: 0 };
  for (const { severity, verdict } of findings) {
    const known = SEVERITIES.find((one) => one === severity.toLowerCase());
    counts[verdict === 'ignored' ? 'ignored' : (known ?? 'other')] += 1;
  }
  return counts;
}

/** Unrated is milder than all others; a severity that nobody has heard of is taken for the worst. */
function rankOf(severity: string): number {
  const name = severity.toLowerCase();
  if (UNRATED.includes(name)) return SEVERITIES.length;
  return Math.max(0, (SEVERITIES as readonly string[]).indexOf(name));
}
