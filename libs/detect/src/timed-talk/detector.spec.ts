import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { timedTalk } from './detector.ts';

const script = (request = 0) => new ContactScript((context) => timedTalk.create(context, optionValues(timedTalk.options, { request })));
const [inside, other, outside] = ['10.0.0.9', '10.0.0.2', '203.0.113.9'];

interface Talk {
  wait?: (i: number) => number;
  /** Bytes of a word and of its answer. */
  said?: (i: number) => number;
  answer?: number;
  destination?: string;
  port?: number;
  protocols?: readonly string[];
  /** Who begins. */
  direction?: 0 | 1;
  /** The option. */
  request?: number;
}

/** `count` exchanges in one connection. */
function talk(count: number, how: Talk = {}): Finding[] {
  const {
    wait = () => 30,
    said = () => 40,
    answer = 20,
    destination = outside,
    port = 4444,
    protocols = [],
    direction = 0,
    request = 0,
  } = how;
  const run = script(request);
  const flow = run.at(0).syn(inside, destination, port);
  const bytes: [number, number] = [50, 50];
  let seconds = 0;
  for (let i = 0; i < count; i++) {
    seconds += wait(i);
    bytes[direction]! += said(i);
    run.at(seconds).woken(flow, direction, said(i), bytes, protocols);
    bytes[1 - direction]! += answer;
  }
  return run.finish();
}

/** A number from -1 to 1, the same for the same `i`. */
const wobble = (i: number): number => (((Math.imul(i + 1, 2_654_435_761) >>> 8) % 2001) - 1000) / 1000;

describe('talk by a timer within a connection', () => {
  it('is silent at nine exchanges and told at the tenth', () => {
    expect(talk(9)).toEqual([]);
    expect(talk(10)).toMatchObject([
      {
        alertClass: 'c2.beacon',
        severity: 45,
        detectedAt: 300_000_000_000n,
        entities: [
          { role: 'attacker', ip: outside },
          { role: 'victim', ip: inside },
        ],
        evidence: { metric: 'exchanges by a timer', value: 10, threshold: 10, window: 270, packets: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
        explanation: expect.stringContaining(
          `${inside} spoke with ${outside} port 4444 within one connection 10 times, every 30.0 s with 0 % jitter`,
        ),
      },
    ]);
  });

  it('may be begun by the server', () => {
    expect(talk(12, { direction: 1 })).toMatchObject([{ explanation: expect.stringContaining(`was asked by ${outside}`) }]);
  });

  it('is found with waits of half to one and a half times the timer', () => {
    const found = Array.from({ length: 50 }, (_, begin) => talk(16, { wait: (i) => 60 * (1 + wobble(50 * begin + i) / 2) })).filter(
      (findings) => findings.length === 1,
    );
    expect(found.length).toBeGreaterThanOrEqual(43);
  });

  it('within TLS is told where that is wanted, of questions and not of what only keeps a connection', () => {
    const tls: Talk = { port: 443, protocols: ['tls'], request: 90 };
    expect(talk(12, { ...tls, said: () => 120 })).toMatchObject([{ severity: 35 }]);
    expect(talk(50, { ...tls, said: () => 89 })).toEqual([]);
    expect(talk(50, { ...tls, said: () => 120, direction: 1 })).toEqual([]);
    expect(talk(50, { ...tls, said: () => 120, request: 0 })).toEqual([]);
  });

  it.each<[string, Talk]>([
    ['a shell that is kept open', { port: 2222, protocols: ['ssh'] }],
    ['mail that waits for news', { port: 993, protocols: ['tls'], said: () => 120, request: 90 }],
    ['a broker of things', { port: 1883 }],
    ['a server of the network', { destination: other }],
    ['one who talks as he likes', { wait: (i) => -30 * Math.log((1.001 + wobble(i)) / 2.002) }],
    ['words of any length', { said: (i) => 10 * 2 ** (i % 8) }],
    ['a log that nobody answers', { answer: 0 }],
    ['a film in pieces', { port: 443, protocols: ['tls'], said: () => 400, answer: 500_000, request: 90 }],
    ['two looks a second', { wait: () => 2 }],
    ['what began by a timer and lost it', { wait: (i) => (i < 12 ? 30 : i % 3 === 0 ? 300 : 3) }],
  ])('is not %s', (_, how) => expect(talk(60, how)).toEqual([]));
});

describe('talk by a timer over UDP from one port', () => {
  const ask = (destinations: readonly string[], apart: number, protocols: readonly string[] = [], port = 8888): Finding[] => {
    const run = script();
    for (let i = 1; i <= 12; i++)
      for (const destination of destinations) {
        const flow = run.at(i * apart).datagram(inside, destination, port, 40_000);
        run.at(i * apart + 0.5).ended(flow, i * apart, [60, 30], protocols);
      }
    return run.finish();
  };

  it('is told though each exchange is a flow of its own', () => {
    expect(ask([outside], 300)).toMatchObject([{ explanation: expect.stringContaining('UDP port 8888, always from port 40000, 12 times, every 300.0 s') }]); // prettier-ignore
  });

  it('is no peer, no tunnel, no clock', () => {
    expect(ask([outside, '203.0.113.10'], 300)).toEqual([]);
    expect(ask([outside], 300, ['wireguard'])).toEqual([]);
    expect(ask([outside], 300, [], 123)).toEqual([]);
  });
});

it('bounds what it keeps', () => {
  const run = script();
  for (let i = 0; i < 40_000; i++) {
    const flow = run.at(i).datagram(inside, `203.0.${i % 250}.${1 + (i % 199)}`, 9999);
    run.ended(flow, i, [10, 10]);
  }
  expect(run.finish()).toEqual([]);
});
