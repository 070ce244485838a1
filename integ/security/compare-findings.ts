// Holds what the linters found against what is accepted.
import { AcceptedFinding } from './accepted-findings';
import { nameOf } from './judged-apps';
import { Finding } from './linters';
import { PROFILES } from '../example-app';

function accepts(entry: AcceptedFinding, finding: Finding): boolean {
  return entry.rules.includes(finding.rule)
    && entry.type === finding.type
    && (entry.constructs === 'any' || entry.constructs.some((end) => finding.construct.endsWith(`/${end}`)))
    && (entry.profiles === 'all' || entry.profiles.includes(finding.profile))
    && !(entry.withoutDomain && finding.hasDomain);
}

/** Findings that nobody accepted. */
export function unlistedFindings(findings: readonly Finding[], accepted: readonly AcceptedFinding[]): string[] {
  return findings.filter((finding) => !accepted.some((entry) => accepts(entry, finding)))
    .map((finding) => `${finding.linter} ${finding.rule} ${finding.type} ${finding.construct} (${nameOf(finding)}): ${finding.text}`);
}

/** Rules, constructs and profiles of entries that no finding needs. */
export function staleEntries(findings: readonly Finding[], accepted: readonly AcceptedFinding[]): string[] {
  return accepted.flatMap((entry) => {
    const found = findings.filter((finding) => accepts(entry, finding));
    const constructs = entry.constructs === 'any' ? [] : entry.constructs;
    const stale = [
      ...entry.rules.filter((rule) => !found.some((finding) => finding.rule === rule)),
      ...constructs.filter((end) => !found.some((finding) => finding.construct.endsWith(`/${end}`))),
      ...(entry.profiles === 'all' ? PROFILES : entry.profiles).filter((profile) => !found.some((finding) => finding.profile === profile)),
    ];
    return stale.map((part) => `${part} of '${entry.title}' (${entry.rules.join(', ')} on ${entry.type})`);
  });
}
