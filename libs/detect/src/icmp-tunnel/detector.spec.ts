import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type EchoView, type Finding, optionValues } from '../detector.ts';
import { icmpTunnel } from './detector.ts';

const script = () => new ContactScript((context) => icmpTunnel.create(context, optionValues(icmpTunnel.options)));
const [client, server] = ['10.0.0.9', '203.0.113.9'];
type Message = Partial<EchoView>;

/** `count` requests, half a second apart, each replied to 10 ms later unless `reply` gives null. */
function exchange(
  count: number,
  request: (i: number) => Message,
  reply: (i: number) => Message | null = () => ({}),
  apart = 0.5,
): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const asked = { id: i, ...request(i) };
    run.at(i * apart).echoMessage(client, server, asked);
    const answer = reply(i);
    if (answer) run.at(i * apart + 0.01).echoMessage(server, client, { ...asked, ...answer, isReply: true });
  }
  return run.finish();
}
const same = () => ({});
const none = () => null;

describe('data in ICMP echo', () => {
  it('names what was odd within the window only', () => {
    const run = script();
    run.at(0).echoMessage(client, server, { id: 1 });
    run.at(0.1).echoMessage(server, client, { id: 1, isReply: true, start: 2 });
    for (let i = 0; i < 12; i++) run.at(200 + i).echoMessage(client, server, { id: 10 + i, content: 10 + i, start: 10 + i });
    expect(run.finish()).toMatchObject([
      { confidence: 0.7, explanation: expect.stringContaining('in 11.0 s: requests with contents of their own. ping') },
    ]);
  });

  it('is silent at 11 replies that do not repeat their requests and told at the 12th', () => {
    expect(exchange(11, same, () => ({ start: 2 }))).toEqual([]);
    expect(exchange(12, same, () => ({ start: 2 }))).toMatchObject([
      {
        alertClass: 'c2.icmp-tunnel',
        detectedAt: 5_510_000_000n,
        confidence: 0.9,
        entities: [
          { role: 'attacker', ip: client },
          { role: 'victim', ip: server },
        ],
        evidence: { value: 12, threshold: 12, packets: Array.from({ length: 12 }, (_, i) => 2 * i + 2) },
        explanation: expect.stringContaining('12 odd ICMP messages in 5.5 s: replies that did not repeat what they replied to.'),
      },
    ]);
  });

  it('is replies that are longer than what they reply to, known by identifier and sequence, though these never change', () => {
    const commands = exchange(
      20,
      () => ({ id: 7, bytes: 0, content: -1 }),
      () => ({ bytes: 12 }),
    );
    expect(commands).toMatchObject([{ evidence: { value: 20 } }]);
  });

  it('is replies that nobody asked for, unless the capture lost the requests', () => {
    const replies = (content: (i: number) => number) => {
      const run = script();
      run.at(0).echoMessage(client, server, {});
      for (let i = 1; i <= 12; i++) run.at(i).echoMessage(server, client, { isReply: true, content: content(i) });
      return run.finish();
    };
    expect(replies((i) => i + 1)).toMatchObject([
      { evidence: { value: 12 }, explanation: expect.stringContaining('replies that nobody asked') },
    ]);
    expect(replies(() => 1)).toEqual([]);
  });

  it('is requests with contents of their own, whether they are repeated, answered or not', () => {
    const file = (i: number) => ({ start: i, content: i });
    expect(exchange(12, file)).toEqual([]); // the first has nothing to differ from
    expect(exchange(13, file)).toMatchObject([{ evidence: { value: 12 }, explanation: expect.stringContaining('requests with contents') }]);
    expect(exchange(13, file, none)).toHaveLength(1);
  });

  it('is one finding when both ends ask', () => {
    const run = script();
    for (let i = 0; i < 40; i++) {
      const [from, to] = i % 2 === 0 ? [client, server] : [server, client];
      run.at(i).echoMessage(from, to, { content: i });
    }
    expect(run.finish()).toMatchObject([{ evidence: { value: 39 } }]);
  });

  it('is requests of ever new lengths where the capture does not hold what they carry', () => {
    const headers = (bytes: number) => ({ bytes, start: -1, content: -1 });
    expect(exchange(13, (i) => headers(100 + i))).toMatchObject([{ evidence: { value: 12 } }]);
    expect(exchange(100, (i) => headers(i % 64))).toEqual([]);
    expect(exchange(100, (i) => headers(100 + (i % 12)))).toEqual([]);
  });

  it('is no ping, whatever its time stamps and length, nor a test of a path with every size', () => {
    expect(exchange(1000, (i) => ({ start: i, bytes: 1400 }))).toEqual([]);
    expect(exchange(1000, (i) => ({ start: i, bytes: 64 + i }))).toEqual([]);
  });

  it('is no host that cuts replies, and no capture of replies alone', () => {
    expect(
      exchange(
        100,
        (i) => ({ start: i, bytes: 1400 }),
        () => ({ bytes: 64, start: 5 }),
      ),
    ).toEqual([]);
    const oneSided = script();
    for (let i = 0; i < 100; i++) oneSided.at(i).echoMessage(server, client, { isReply: true, bytes: 100 + i, start: i, content: i });
    expect(oneSided.finish()).toEqual([]);
  });

  it('is no monitors with a pattern each, and nothing that is rare', () => {
    expect(exchange(1000, (i) => ({ content: i % 12 }))).toEqual([]);
    expect(exchange(100, (i) => ({ content: i }), same, 15)).toEqual([]);
  });
});

describe('data in other messages of ICMP', () => {
  it('hangs behind what a type has', () => {
    const ask = (count: number, payloadBytes: number) => {
      const run = script();
      for (let i = 0; i < count; i++) run.at(i).headers(client, server, { ipProtocol: 1, icmpType: 13, payloadBytes });
      return run.finish();
    };
    expect(ask(11, 52)).toEqual([]);
    expect(ask(12, 52)).toMatchObject([{ explanation: expect.stringContaining('longer than their type is') }]);
    expect(ask(100, 12)).toEqual([]);
  });

  it('is times that no clock tells', () => {
    const stamped = (millisOf: (i: number) => number) => {
      const run = script();
      for (let i = 0; i < 30; i++) run.at(2 * i).stamped(client, server, millisOf(i) >>> 0);
      return run.finish();
    };
    expect(stamped((i) => Math.imul(i + 1, 0x9e3779b1))).toMatchObject([{ evidence: { value: 29 } }]);
    expect(stamped((i) => 86_380_000 + 2000 * i)).toEqual([]);
    // Over midnight, of a host that sends its own byte order, and of one that says nothing.
    expect(stamped((i) => (86_380_000 + 2000 * i) % 86_400_000)).toEqual([]);
    expect(stamped((i) => Buffer.from(Uint32Array.of(4_000_000 + 2000 * i).buffer).readUInt32BE())).toEqual([]);
    expect(stamped(() => 0)).toEqual([]);
  });
});
