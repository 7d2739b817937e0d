import { describe, expect, test } from 'vitest';
import { isUnread } from './open-minute.ts';

const minute = Date.parse('2026-01-01T12:00:00Z');

describe('a minute', () => {
  test.each([
    ['while it lasts', '2026-01-01T12:00:59Z', 0, true],
    ['while its last packets are on their way to the file', '2026-01-01T12:01:01.900Z', 0, true],
    ['once it is read', '2026-01-01T12:01:02Z', 0, false],
    ['as long as the engine lags behind its end', '2026-01-01T12:03:00Z', 118.5, true],
    ['once the engine that lags has read past it', '2026-01-01T12:03:00Z', 118, false],
  ])('is unread %s', (_when, at, lagSeconds, unread) => {
    expect(isUnread(minute, { at, lagSeconds })).toBe(unread);
  });

  test('is unread while the engine has said nothing', () => {
    expect(isUnread(minute, null)).toBe(true);
  });
});
