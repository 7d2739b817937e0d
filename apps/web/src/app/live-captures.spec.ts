import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Capture, Page, StreamEvents } from '@wirecase/contract';
import { CapturesApi } from '../api/captures-api.ts';
import { EventStream } from '../api/event-stream.ts';
import { LiveCaptures } from './live-captures.ts';

const capture = (id: string, state: Capture['state']) => ({ id, state, createdAt: `2026-01-0${id}T00:00:00Z` }) as Capture;

/** The list, what answers it, and what is pushed to it. */
function begin() {
  let push: { [Name in keyof StreamEvents]?: (event: StreamEvents[Name]) => void } = {};
  const answers: ((page: Page<Capture>) => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      { provide: CapturesApi, useValue: { list: () => new Promise((done) => answers.push(done)) } },
      {
        provide: EventStream,
        useValue: { connections: signal(0), connected: signal(true), listen: (listener: typeof push) => (push = listener) },
      },
    ],
  });
  const captures = TestBed.inject(LiveCaptures);
  const shown = () => captures.list().map(({ id, state }) => `${id} ${state}`);
  return { captures, shown, answers, push };
}

describe('the list of captures', () => {
  it('keeps what was pushed while an older answer was on its way', async () => {
    const { captures, shown, answers, push } = begin();
    const refreshed = captures.refresh();
    push['capture.updated']?.(capture('1', 'ready'));
    push['capture.updated']?.(capture('3', 'stored'));
    push['capture.deleted']?.({ id: '2' });
    answers[0]!({ items: [capture('2', 'ready'), capture('1', 'parsing')], nextCursor: null } as unknown as Page<Capture>);
    await refreshed;
    expect(shown()).toEqual(['3 stored', '1 ready']);
  });

  it('believes an answer that was asked for after that', async () => {
    const { captures, shown, answers, push } = begin();
    push['capture.updated']?.(capture('1', 'parsing'));
    const refreshed = captures.refresh();
    answers[0]!({ items: [capture('1', 'ready')], nextCursor: null } as unknown as Page<Capture>);
    await refreshed;
    expect(shown()).toEqual(['1 ready']);
  });

  it('holds only those it is asked for, whatever is pushed or was asked for before', async () => {
    const { captures, shown, answers, push } = begin();
    const before = captures.refresh();
    const shownNow = captures.show({ state: 'ready' });
    answers[0]!({ items: [capture('1', 'parsing')], nextCursor: null } as unknown as Page<Capture>);
    answers[1]!({ items: [capture('2', 'ready')], nextCursor: null } as unknown as Page<Capture>);
    await Promise.all([before, shownNow]);
    push['capture.updated']?.(capture('1', 'parsing'));
    expect(shown()).toEqual(['2 ready']);
    push['capture.updated']?.(capture('1', 'ready'));
    push['capture.updated']?.(capture('2', 'stored'));
    expect(shown()).toEqual(['1 ready']);
  });
});
