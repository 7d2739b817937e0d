import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { EventStream } from '../api/event-stream.ts';
import { LiveCaptures } from './live-captures.ts';
import { type UploadItem, UploadQueue } from './upload-queue.ts';

it.each(['events come again', 'the browser is on the net again'])('uploads that were cut go on when %s, refused ones do not', (when) => {
  const connections = signal(1);
  TestBed.configureTestingModule({
    providers: [
      { provide: EventStream, useValue: { connections } },
      { provide: LiveCaptures, useValue: {} },
    ],
  });
  const queue = TestBed.inject(UploadQueue);
  TestBed.tick();
  const item = { name: 'x.pcap', totalBytes: 2, sentBytes: 1, state: 'failed', message: 'No answer', captureIds: [] } as const;
  const states = () => queue.items().map(({ state }: UploadItem) => state);
  queue.items.set([
    { ...item, id: 1, failure: 'cut' },
    { ...item, id: 2, failure: 'refused' },
  ]);
  TestBed.tick();
  expect(states()).toEqual(['failed', 'failed']);
  if (when.startsWith('events')) connections.set(2);
  else dispatchEvent(new Event('online'));
  TestBed.tick();
  expect(states()[0]).not.toBe('failed');
  expect(states()[1]).toBe('failed');
});
