import { WirecaseError, type Capture } from '@wirecase/contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { RingIntake, type RingIntakeEvents } from './ring-intake.ts';

const received = { capture: { id: 'c' } as Capture, duplicate: false, others: [] };
let log: string[];
let errors: unknown[];
let intake: RingIntake;

beforeEach(() => {
  log = [];
  errors = [];
  const events: RingIntakeEvents = {
    async adopt(path) {
      if (errors.length > 0) throw errors.shift();
      log.push(`adopt ${path}`);
      return received;
    },
    taken: () => undefined,
    setAside: async (path) => void log.push(`aside ${path}`),
    postponed: (path) => log.push(`postponed ${path}`),
  };
  intake = new RingIntake(events, 1);
});

test('files are taken in order, each once however often it is announced', async () => {
  for (const path of ['/r/a', '/r/b', '/r/a']) intake.add(path);
  await intake.finish();
  expect(log).toEqual(['adopt /r/a', 'adopt /r/b']);
});

test('a file that cannot be taken now stays, and the ones behind it wait', async () => {
  errors = [new WirecaseError('storage.unavailable', 'away')];
  intake.add('/r/a');
  intake.add('/r/b');
  await vi.waitFor(() => expect(log).toEqual(['postponed /r/a', 'adopt /r/a', 'adopt /r/b']));
});

test('what cannot be taken when everything ends is left for the next start', async () => {
  errors = [1, 2, 3].map(() => new Error('away'));
  intake.add('/r/a');
  await intake.finish();
  expect(intake.size).toBe(1);
});

test('what is no capture is set aside, what is gone was taken before', async () => {
  errors = [new WirecaseError('capture.empty', 'no bytes'), Object.assign(new Error('gone'), { code: 'ENOENT' })];
  for (const path of ['/r/a', '/r/b', '/r/c']) intake.add(path);
  await intake.finish();
  expect(log).toEqual(['aside /r/a', 'adopt /r/c']);
});
