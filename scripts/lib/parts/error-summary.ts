/** Errors in the JSON log lines of a part (pino: level 50 and up), said on the console without flooding it. */
const quietMs = 5000;
const errorLevel = 50;

export class ErrorSummary {
  private readonly say: (text: string) => void;
  private lastSaid = -Infinity;
  private unsaid = 0;

  constructor(say: (text: string) => void) {
    this.say = say;
  }

  see(line: string): void {
    const text = errorIn(line);
    if (text === null) return;
    const now = performance.now();
    if (now - this.lastSaid < quietMs) {
      this.unsaid++;
      return;
    }
    this.say(this.unsaid > 0 ? `${text} (and ${this.unsaid} more, see its log)` : text);
    this.lastSaid = now;
    this.unsaid = 0;
  }
}

/** What an error line says, in one line without control characters; null for every other line. */
export function errorIn(line: string): string | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
    if (typeof entry.level !== 'number' || entry.level < errorLevel) return null;
    const words = [entry.msg, entry.err?.message].filter((part, index, all) => part && all.indexOf(part) === index).join(': ');
    return printable(words || 'error').slice(0, 300);
  } catch {
    // Not JSON: a line of something that does not log through pino.
    return null;
  }
}

/** What came from captures must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
