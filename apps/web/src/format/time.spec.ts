import { formatAgo, formatInstant, readInstant, shifted, withInstants } from './time.ts';

const instant = '2024-05-01T10:00:00.123456789Z';

describe('instants', () => {
  it('show as many digits as asked, cut and not rounded', () => {
    expect(formatInstant(instant, 'utc', 'second')).toBe('2024-05-01 10:00:00');
    expect(formatInstant(instant, 'utc', 'milli')).toBe('2024-05-01 10:00:00.123');
    expect(formatInstant(instant, 'utc', 'nano')).toBe('2024-05-01 10:00:00.123456789');
  });

  it('in a sentence are written as elsewhere, and the rest of it stays', () => {
    const text = `not capturing since ${instant}: read on at 2024-05-01T10:00:01Z, 10:00 or 2024-05-01`;
    expect(withInstants(text, 'utc', 'second')).toBe(
      'not capturing since 2024-05-01 10:00:00: read on at 2024-05-01 10:00:01, 10:00 or 2024-05-01',
    );
  });

  it('keep their fraction in local time and read back as the same instant', () => {
    expect(readInstant(formatInstant(instant, 'local', 'nano'), 'local')).toBe(instant);
    expect(readInstant(formatInstant(instant, 'utc', 'nano'), 'utc')).toBe(instant);
  });

  it('typed with an offset mean that offset in either zone', () => {
    expect(readInstant('2024-05-01T12:00:00+02:00', 'local')).toBe('2024-05-01T10:00:00.000000000Z');
  });

  it.each(['yesterday', '2024-13-01', '10:00'])('%s is none', (text) => {
    expect(readInstant(text, 'utc')).toBeNull();
    expect(readInstant(text, 'local')).toBeNull();
  });

  it('move by nanoseconds, also before 1970', () => {
    expect(shifted(instant, 1n)).toBe('2024-05-01T10:00:00.123456790Z');
    expect(shifted('1970-01-01T00:00:00.000000000Z', -1n)).toBe('1969-12-31T23:59:59.999999999Z');
  });
});

describe('how long ago', () => {
  const now = Date.parse('2024-05-01T10:00:00Z');
  it.each([
    ['2024-05-01T09:59:30Z', 'just now'],
    ['2024-05-01T09:55:00Z', '5 minutes ago'],
    ['2024-05-01T07:00:00Z', '3 hours ago'],
    ['2024-04-30T09:00:00Z', 'yesterday'],
  ])('%s was %s', (then, said) => {
    expect(formatAgo(then, now)).toBe(said);
  });
});
