import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Capture, Page, StreamEvents } from '@wirecase/contract';
import { CapturesApi } from '../api/captures-api.ts';
import { EventStream } from '../api/event-stream.ts';
import { LiveCaptures } from './live-captures.ts';

const capture = (id: string, state: Capture['state']) => ({ id, state, createdAt: `2026-01-0${id}T00:00:00Z` }) as Capture;

const page = (items: Capture[], nextCursor: string | null = null, value = items.length) =>
  ({ items, nextCursor, total: { value, relation: 'eq' } }) as Page<Capture>;

/** The list, what answers it, and what is pushed to it. */
function begin() {
  let push: { [Name in keyof StreamEvents]?: (event: StreamEvents[Name]) => void } = {};
  const answers: ((page: Page<Capture>) => void)[] = [];
  const asked: string[] = [];
  const get = async (id: string) => {
    asked.push(id);
    return { ...capture(id, 'ready'), name: `${id}.pcap` };
  };
  TestBed.configureTestingModule({
    providers: [
      { provide: CapturesApi, useValue: { get, list: () => new Promise((done) => answers.push(done)) } },
      {
        provide: EventStream,
        useValue: { connections: signal(0), connected: signal(true), listen: (listener: typeof push) => (push = listener) },
      },
    ],
  });
  const captures = TestBed.inject(LiveCaptures);
  const shown = () => captures.list().map(({ id, state }) => `${id} ${state}`);
  return { captures, shown, answers, asked, push };
}

describe('the list of captures', () => {
  it('keeps what was pushed while an older answer was on its way', async () => {
    const { captures, shown, answers, push } = begin();
    const refreshed = captures.refresh();
    push['capture.updated']?.(capture('1', 'ready'));
    push['capture.updated']?.(capture('3', 'stored'));
    push['capture.deleted']?.({ id: '2' });
    answers[0]!(page([capture('2', 'ready'), capture('1', 'parsing')]));
    await refreshed;
    expect(shown()).toEqual(['3 stored', '1 ready']);
  });

  it('believes an answer that was asked for after that', async () => {
    const { captures, shown, answers, push } = begin();
    push['capture.updated']?.(capture('1', 'parsing'));
    const refreshed = captures.refresh();
    answers[0]!(page([capture('1', 'ready')]));
    await refreshed;
    expect(shown()).toEqual(['1 ready']);
  });

  it('holds only those it is asked for, whatever is pushed or was asked for before', async () => {
    const { captures, shown, answers, push } = begin();
    const before = captures.refresh();
    const shownNow = captures.show({ state: 'ready' });
    answers[0]!(page([capture('1', 'parsing')]));
    answers[1]!(page([capture('2', 'ready')]));
    await Promise.all([before, shownNow]);
    push['capture.updated']?.(capture('1', 'parsing'));
    expect(shown()).toEqual(['2 ready']);
    push['capture.updated']?.(capture('1', 'ready'));
    push['capture.updated']?.(capture('2', 'stored'));
    expect(shown()).toEqual(['1 ready']);
  });

  it('says how many there are, and how those are called that are not on it, asking once for each', async () => {
    const { captures, answers, asked } = begin();
    const refreshed = captures.refresh();
    expect(captures.nameOf('7')).toBe('7');
    answers[0]!(page([capture('1', 'ready')], 'next', 119));
    await refreshed;
    expect(captures.total()).toBe(119);
    captures.nameOf('7');
    captures.nameOf('7');
    await Promise.resolve();
    await Promise.resolve();
    expect(captures.nameOf('7')).toBe('7.pcap');
    expect(asked).toEqual(['7']);
  });
});
