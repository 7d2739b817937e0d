/** `wirecase capture` over one connection, or over one after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WirecaseError } from '@wirecase/contract';
import type { Source } from './capture-sources.ts';

/** Throws `config.invalid`. */
export type Opener = () => Source;

export interface Taker {
  /** Take what comes until the connection ends. Throws a WirecaseError, or what the system says, when that came to nothing. */
  take(source: Source): Promise<void>;
  /** It has ended, and another one will be tried. */
  lost(reason: string): void;
}

/** Between two tries. */
const againMs = 1000;

/** Ends with the connection, or with `isReconnecting` at Ctrl-C. Answers the exit code: 2 when the only connection came to nothing. */
export async function eachConnection(open: Opener, isReconnecting: boolean, { take, lost }: Taker): Promise<number> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let source = open();
  const stop = () => {
    stopping.abort();
    source.stop();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let said = '';
  const say = (words: string, isStill: boolean) => {
    // Not every second that it is still so.
    if (!isStill || words !== said) process.stderr.write(`wirecase capture: ${source.name}: ${words}\n`);
    said = words;
  };
  try {
    for (;;) {
      const failure = await failureOf(take, source);
      const problem = failure ?? (await source.problem());
      if (!isReconnecting) {
        if (problem !== null) say(problem, false);
        return failure === null ? 0 : 2;
      }
      if (signal.aborted) return 0;
      const reason = problem ?? 'The other side ended the connection.';
      say(reason, failure !== null);
      lost(reason);
      await sleep(againMs, undefined, { signal }).catch(() => undefined); // Ctrl-C
      if (signal.aborted) return 0;
      source = open();
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** What no capture, no server or no interface say; a bug is thrown on. */
async function failureOf(take: Taker['take'], source: Source): Promise<string | null> {
  // It is told to whoever reads; nobody may read yet.
  source.bytes.on('error', () => undefined);
  try {
    await take(source);
    return null;
  } catch (error) {
    if (!(error instanceof WirecaseError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return (error as Error).message;
  }
}
