/** A schedule as people type it: a line such as `mo-fr 08:00-18:00` or `sa,su 22:00-06:00` for each of its times. */
import type { ScheduleWindow } from '@wirecase/contract';

const names = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];

export function scheduleText(windows: readonly ScheduleWindow[]): string {
  return windows.map(({ days, from, to }) => `${daysText(days)} ${from}-${to}`).join('\n');
}

/** Null: a line is not of this form. Lines without anything are left out. */
export function readSchedule(text: string): ScheduleWindow[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const windows = lines.map(readLine);
  return windows.every((window) => window !== null) ? windows : null;
}

function readLine(line: string): ScheduleWindow | null {
  const parts = /^\s*([a-z,-]+)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*$/i.exec(line);
  const days = parts && readDays(parts[1]!.toLowerCase());
  return days ? { days, from: parts[2]!, to: parts[3]! } : null;
}

function readDays(text: string): number[] | null {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [first, last = first] = part.split('-').map((name) => names.indexOf(name));
    if (first! < 0 || last! < 0 || part.split('-').length > 2) return null;
    for (let day = first!; ; day = (day + 1) % 7) {
      days.add(day + 1);
      if (day === last) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** Three days in a row and more are a range. */
function daysText(days: readonly number[]): string {
  const sorted = [...days].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length;) {
    let end = at;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    const name = (i: number) => names[sorted[i]! - 1]!;
    if (end - at >= 2) parts.push(`${name(at)}-${name(end)}`);
    else for (let i = at; i <= end; i++) parts.push(name(i));
    at = end + 1;
  }
  return parts.join(',');
}
