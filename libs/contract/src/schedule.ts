/** When a sensor captures by itself: times of day on days of the week, in a time zone. */

export interface SensorSchedule {
  /** IANA name, such as `Europe/Vienna`. */
  zone: string;
  windows: ScheduleWindow[];
}
export interface ScheduleWindow {
  /** On which it begins: 1 is Monday, 7 Sunday. */
  days: number[];
  /** `HH:MM`; an end that is not after the begin is on the next day. */
  from: string;
  to: string;
}

const minuteMs = 60_000;
const dayMinutes = 1440;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether the platform knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // RangeError: it is none.
    return false;
  }
}

/** End of the time in which the schedule captures at `now`, of several that overlap the last; null: it does not. Milliseconds since 1970. */
export function scheduledUntil({ zone, windows }: SensorSchedule, now: number): number | null {
  const clock = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: 'numeric' },
    ...{ day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  const local = localOf(clock, now);
  let end: number | null = null;
  for (const { days, from, to } of windows) {
    const left = minutesLeft(days, minutesOf(from), minutesOf(to), local);
    if (left === null) continue;
    const same = Math.floor(now / minuteMs) * minuteMs + left * minuteMs;
    // The clocks may be put forward or back on the way: the end is by the clock.
    const shift = local.asUtc + left * minuteMs - localOf(clock, same).asUtc;
    end = Math.max(end ?? 0, same + shift);
  }
  return end;
}

interface Local {
  /** 1 to 7 */
  day: number;
  minute: number;
  /** The local time as if it were UTC, whole minutes. */
  asUtc: number;
}

function minutesLeft(days: readonly number[], from: number, to: number, { day, minute }: Local): number | null {
  const before = day === 1 ? 7 : day - 1;
  if (from < to) return days.includes(day) && minute >= from && minute < to ? to - minute : null;
  if (days.includes(day) && minute >= from) return dayMinutes - minute + to;
  return days.includes(before) && minute < to ? to - minute : null;
}

function localOf(clock: Intl.DateTimeFormat, at: number): Local {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const [year, month, date, hour, minute] = ['year', 'month', 'day', 'hour', 'minute'].map((name) => Number(parts[name]));
  return {
    day: weekdays.indexOf(parts['weekday']!) + 1,
    minute: hour! * 60 + minute!,
    asUtc: Date.UTC(year!, month! - 1, date, hour, minute),
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours! * 60 + minutes!;
}
