import { describe, expect, it } from 'vitest';
import { isTimeZone, scheduledUntil, type SensorSchedule } from './schedule.ts';

const at = (text: string) => Date.parse(text);
const until = (schedule: SensorSchedule, now: string) => {
  const end = scheduledUntil(schedule, at(now));
  return end === null ? null : new Date(end).toISOString().slice(0, 16);
};
/** 2024-05-01 is a Wednesday. */
const office: SensorSchedule = { zone: 'UTC', windows: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }] };
const night: SensorSchedule = { zone: 'UTC', windows: [{ days: [5], from: '22:00', to: '06:00' }] };

describe('a schedule', () => {
  it.each([
    [office, '2024-05-01T07:59:59Z', null],
    [office, '2024-05-01T08:00:00Z', '2024-05-01T18:00'],
    [office, '2024-05-01T17:59:59Z', '2024-05-01T18:00'],
    [office, '2024-05-01T18:00:00Z', null],
    [office, '2024-05-04T12:00:00Z', null],
    [night, '2024-05-03T21:59:00Z', null],
    [night, '2024-05-03T22:00:00Z', '2024-05-04T06:00'],
    [night, '2024-05-04T05:59:00Z', '2024-05-04T06:00'],
    [night, '2024-05-04T22:30:00Z', null],
  ])('%j at %s captures until %s', (schedule, now, end) => {
    expect(until(schedule, now)).toBe(end);
  });

  it('from and to the same time is the whole day, and the latest of several ends counts', () => {
    const windows = [
      { days: [3], from: '00:00', to: '00:00' },
      { days: [3], from: '10:00', to: '11:00' },
    ];
    expect(until({ zone: 'UTC', windows }, '2024-05-01T10:30:00Z')).toBe('2024-05-02T00:00');
  });

  it('is by the clock of its zone, also over the night in which the clocks change', () => {
    const windows = [{ days: [6], from: '22:00', to: '06:00' }];
    // Vienna: CET until 2024-03-31 01:00 UTC, then CEST; back again on 2024-10-27.
    expect(until({ zone: 'Europe/Vienna', windows }, '2024-03-30T20:59:00Z')).toBe(null);
    expect(until({ zone: 'Europe/Vienna', windows }, '2024-03-30T21:00:00Z')).toBe('2024-03-31T04:00');
    expect(until({ zone: 'Europe/Vienna', windows }, '2024-10-26T20:00:00Z')).toBe('2024-10-27T05:00');
  });

  it('needs a zone that there is', () => {
    expect(isTimeZone('Europe/Vienna')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
