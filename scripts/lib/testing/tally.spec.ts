import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tallyOf } from './tally.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirecase-tally-'));

function report(passed: number, failed: number, testResults: object[] = []): string {
  const file = join(folder, `${passed}-${failed}-${testResults.length}.json`);
  writeFileSync(file, JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 2, numTodoTests: 1, testResults }));
  return file;
}

describe('the count of a test run', () => {
  it('is what the report says', () => {
    expect(tallyOf(report(3, 0), 0)).toEqual({ passed: 3, failed: 0, skipped: 3 });
  });
  it('has a file that could not be loaded as one failure', () => {
    expect(tallyOf(report(3, 0, [{ status: 'failed', assertionResults: [] }]), 1).failed).toBe(1);
  });
  it('does not count a file again whose tests failed', () => {
    expect(tallyOf(report(3, 2, [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]), 1).failed).toBe(2);
  });
  it('has a run that ended badly without a failed test as one failure', () => {
    expect(tallyOf(report(3, 0), 1).failed).toBe(1);
  });
  it('has a run without a report as one failure', () => {
    expect(tallyOf(join(folder, 'none.json'), null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
