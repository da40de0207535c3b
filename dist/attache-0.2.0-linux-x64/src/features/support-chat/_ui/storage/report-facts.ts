/** One line of a job's report. */
export type ReportFact =
  | { key: string; kind: 'count' | 'bytes' | 'duration'; value: number }
  | { key: string; kind: 'flag'; value: boolean }
  | { key: string; kind: 'lines'; value: string[] };

/** Said beside the report, or a path on the server's disk that no page has to know. */
const hidden: ReadonlySet<string> = new Set(['reportFile', 'dryRun']);

/** A report as lines to show. Reports are stored JSON of several versions: what is not understood is left out. */
export function listReportFacts(report: unknown): ReportFact[] {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) return [];
  const entries = Object.entries(report).filter(([key]) => !hidden.has(key));
  const own = entries.flatMap(([key, value]) => readFact(key, value));
  const inner = entries.flatMap(([, value]) => listReportFacts(value));
  // What the whole says of itself counts, not what a part of it says under the same name.
  return [...own, ...inner.filter((fact) => !own.some(({ key }) => key === fact.key))];
}

function readFact(key: string, value: unknown): ReportFact[] {
  if (typeof value === 'number') return [{ key, kind: kindOfNumber(key), value }];
  if (typeof value === 'boolean') return [{ key, kind: 'flag', value }];
  if (Array.isArray(value)) {
    const lines = value.filter((line) => typeof line === 'string');
    return lines.length > 0 ? [{ key, kind: 'lines', value: lines }] : [];
  }
  return [];
}

function kindOfNumber(key: string): 'count' | 'bytes' | 'duration' {
  if (key.endsWith('Ms')) return 'duration';
  return /bytes/i.test(key) ? 'bytes' : 'count';
}

/** The few words beside a run: what was done and what went wrong, never noughts. */
export function pickHeadline(facts: readonly ReportFact[]): ReportFact[] {
  return facts.filter((fact) => fact.kind === 'count' && fact.value > 0 && headline.has(fact.key)).slice(0, 3);
}

const headline: ReadonlySet<string> = new Set([
  'deleted',
  'created',
  'copied',
  'repaired',
  'failed',
  'invalid',
  'missingObjects',
  'missingRows',
  'rowsWithoutObject',
  'objectsWithoutRow',
  'sizeMismatches',
  'checksumMismatches',
]);
