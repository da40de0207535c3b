import { describe, expect, it } from 'vitest';
import { listReportFacts, pickHeadline } from './report-facts.ts';

describe('the report of a job', () => {
  it('is read by what its fields mean: counts, bytes, time, answers', () => {
    expect(listReportFacts({ deleted: 3, bytesFreed: 2048, durationMs: 12, dropped: false })).toEqual([
      { key: 'deleted', kind: 'count', value: 3 },
      { key: 'bytesFreed', kind: 'bytes', value: 2048 },
      { key: 'durationMs', kind: 'duration', value: 12 },
      { key: 'dropped', kind: 'flag', value: false },
    ]);
  });

  it('never shows a path on the server', () => {
    expect(listReportFacts({ reportFile: '/srv/data/report.jsonl', created: 1 })).toEqual([
      { key: 'created', kind: 'count', value: 1 },
    ]);
  });

  it('includes what a report inside it says, and the reasons of a refusal', () => {
    const report = { refusals: ['not verified'], verify: { missingRows: 2, durationMs: 1 }, durationMs: 5 };
    expect(listReportFacts(report)).toEqual([
      { key: 'refusals', kind: 'lines', value: ['not verified'] },
      { key: 'durationMs', kind: 'duration', value: 5 },
      { key: 'missingRows', kind: 'count', value: 2 },
    ]);
  });

  it.each([[null], ['text'], [[1, 2]], [undefined]])(
    'of a shape nobody knows (%j) is empty, not an error',
    (report) => {
      expect(listReportFacts(report)).toEqual([]);
    },
  );

  it('is summed up by what was done and what failed, not by noughts', () => {
    const facts = listReportFacts({ candidates: 9, deleted: 8, failed: 1, invalid: 0 });
    expect(pickHeadline(facts).map(({ key }) => key)).toEqual(['deleted', 'failed']);
  });
});
