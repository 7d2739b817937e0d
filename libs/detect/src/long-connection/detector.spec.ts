import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { longConnection } from './detector.ts';

function connected(seconds: number, destination = '203.0.113.9'): Finding[] {
  const run = new ContactScript((context) => longConnection.create(context, optionValues(longConnection.options)));
  const flow = run.at(0).syn('10.0.0.9', destination, 443);
  run.at(seconds).ended(flow, 0);
  return run.finish();
}

it.each([
  [4, 25],
  [8, 35],
  [12, 45],
])('a connection of %d hours out of the network has severity %d', (hours, severity) => {
  expect(connected(hours * 3600)).toMatchObject([{ alertClass: 'c2.long-connection', severity, evidence: { value: hours * 3600 } }]);
});

it('shorter ones and those within the network are ordinary', () => {
  expect(connected(4 * 3600 - 1)).toEqual([]);
  expect(connected(24 * 3600, '10.0.0.2')).toEqual([]);
});
