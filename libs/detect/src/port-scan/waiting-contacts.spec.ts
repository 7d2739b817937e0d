import { describe, expect, it } from 'vitest';
import { type Contact, Silence } from './contact.ts';
import { WaitingContacts } from './waiting-contacts.ts';

const contactAt = (seconds: number): Contact => ({
  ...{ source: 0, destination: 1, target: 6 * 65_536 + 80, sourcePort: 40_000 },
  ...{ silence: Silence.Failure, packet: 1, seconds, timeNs: BigInt(seconds) * 1_000_000_000n, state: 'waiting', tries: 1 },
});

/** `count` contacts, one a second from 0 on. */
function waitingFor(count: number): { waiting: WaitingContacts; contacts: Contact[] } {
  const waiting = new WaitingContacts();
  const contacts = Array.from({ length: count }, (_, seconds) => contactAt(seconds));
  for (const contact of contacts) waiting.add(contact);
  return { waiting, contacts };
}

describe('contacts that wait', () => {
  it('are taken from the oldest on, up to the time asked for', () => {
    const { waiting, contacts } = waitingFor(3);
    expect([0, 1, 2].map(() => waiting.takeSentBefore(1))).toEqual([contacts[0], contacts[1], null]);
    expect(waiting.since).toBe(2);
  });

  it('are left out once their outcome is known', () => {
    const { waiting, contacts } = waitingFor(3);
    contacts[0]!.state = 'open';
    contacts[1]!.state = 'closed';
    expect(waiting.takeSentBefore(9)).toBe(contacts[2]);
  });

  it('say since when the oldest waits, and that none does', () => {
    const { waiting } = waitingFor(1);
    expect(waiting.since).toBe(0);
    waiting.takeSentBefore(0);
    expect(waiting.takeSentBefore(0)).toBeNull();
    expect(waiting.since).toBe(Infinity);
    waiting.add(contactAt(7));
    expect(waiting.since).toBe(7);
    waiting.clear();
    expect([waiting.since, waiting.takeSentBefore(9)]).toEqual([Infinity, null]);
  });

  it('are each taken once, however many there are', () => {
    const { waiting, contacts } = waitingFor(10_000);
    const taken: (Contact | null)[] = [];
    for (let seconds = 0; seconds < 10_000; seconds += 999)
      for (let contact = waiting.takeSentBefore(seconds); contact; contact = waiting.takeSentBefore(seconds)) taken.push(contact);
    expect(taken).toEqual(contacts.slice(0, 9991));
    expect(waiting.since).toBe(9991);
  });
});
