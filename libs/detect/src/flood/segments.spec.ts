/** Floods of TCP segments that belong to no connection, and what looks like them in a capture that lacks a part. */
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues, type PacketView } from '../detector.ts';
import { flood } from './detector.ts';

const script = () => new ContactScript((context) => flood.create(context, optionValues(flood.options)));
const [attacker, victim] = ['203.0.113.9', '10.0.0.2'];
const [FIN_ACK, RST, ACK, SYN_ACK, RST_ACK, PSH_ACK] = [17, 4, 16, 18, 20, 24];
const source = (i: number): string => `198.${(i * 37) % 256}.${(i * 101) % 256}.${i % 256}`;
/** Sequence numbers of a tool that rolls dice. */
const dice = (i: number): number => Math.imul(i + 1, 0x9e3779b1);
const named = [{ role: 'attacker', ip: attacker }, { role: 'victim', ip: victim }]; // prettier-ignore

type Fields = Partial<PacketView>;

/** Segments of one flow, a hundred a second, which nobody answers. */
function alone(fields: (i: number) => Fields, before: (run: ContactScript) => void = () => undefined): Finding[] {
  const run = script();
  before(run);
  for (let i = 0; i < 400; i++) run.at(i / 100).headers(attacker, victim, { tcpFlags: ACK, ...fields(i) }, 0, [i + 1, 0]);
  return run.finish();
}

/** More answers are only implied than seen. */
function oneSided(run: ContactScript): void {
  for (let i = 0; i < 3; i++) run.answeredUnseen(run.syn('10.0.0.7', '10.0.0.8', 80));
}

describe('a flood of one flow', () => {
  it.each([
    ['whose numbers are dice', (i: number) => ({ tcpSeq: dice(i), tcpAck: dice(i + 7) })],
    ['whose numbers stand still', () => ({ tcpSeq: 5, tcpAck: 7 })],
    ['whose numbers go on without a byte', (i: number) => ({ tcpSeq: i })],
    ['of RSTs', (i: number) => ({ tcpFlags: RST, tcpSeq: dice(i) })],
    ['with payload', (i: number) => ({ tcpFlags: PSH_ACK, payloadBytes: 300, tcpSeq: dice(i), tcpAck: dice(i + 7) })],
  ])('%s is found when nobody answers', (_name, fields) => {
    const findings = alone(fields);
    expect(findings).toMatchObject([{ alertClass: 'flood.ack', entities: named }]);
    expect(Number(findings[0]!.detectedAt)).toBeLessThan(1500e6);
  });

  it('is found when each is refused, and is none of the victim that refuses', () => {
    const run = script();
    for (let i = 0; i < 400; i++) {
      run.at(i / 100).headers(attacker, victim, { tcpFlags: ACK }, 0, [i + 1, i]);
      run.headers(victim, attacker, { tcpFlags: RST, sourcePort: 80, destinationPort: 50_000 }, 1, [i + 1, i + 1]);
    }
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.ack', entities: named }]);
  });

  it('is found from the port of a service, from which segments look like answers', () => {
    const run = script();
    const ports = { sourcePort: 80, destinationPort: 40_000 };
    for (let i = 0; i < 400; i++) run.at(i / 100).headers(attacker, victim, { tcpFlags: ACK, tcpSeq: dice(i), ...ports }, 1, [0, i + 1]);
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.ack', entities: named }]);
  });

  it.each([
    ['sends', (i: number) => ({ payloadBytes: 1400, tcpSeq: 1400 * i })],
    ['sends again what was lost now and then', (i: number) => ({ payloadBytes: 1400, tcpSeq: 1400 * (i % 10 === 0 ? i - 5 : i) })],
    ['takes', (i: number) => ({ tcpSeq: 5, tcpAck: 2800 * i })],
  ])('is no connection of which one side is seen and that %s', (_name, fields) => {
    expect(alone(fields)).toEqual([]);
  });

  it('is no connection of a capture of one side that asks for lost bytes', () => {
    expect(alone(() => ({ tcpSeq: 5, tcpAck: 7 }), oneSided)).toEqual([]);
  });

  it('is not what was under way when a receiver gave up', () => {
    const run = script();
    run.at(0).headers(attacker, victim, { tcpFlags: PSH_ACK, payloadBytes: 1400 });
    run.headers(victim, attacker, { tcpFlags: RST, sourcePort: 80, destinationPort: 50_000 }, 1, [1, 1]);
    for (let i = 0; i < 90; i++) run.headers(attacker, victim, { tcpFlags: ACK, payloadBytes: 1400 }, 0, [i + 2, 1]);
    expect(run.finish()).toEqual([]);
  });
});

describe('answers to what nobody asked', () => {
  const ports = (i: number) => ({ sourcePort: 443, destinationPort: 1024 + i });

  it('are a flood', () => {
    const run = script();
    for (let i = 0; i < 300; i++) run.at(i / 100).headers(source(i), victim, { tcpFlags: SYN_ACK, ...ports(i) }, 1, [0, 1]);
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.ack', sourceIp: null, entities: [{ role: 'victim', ip: victim }] }]);
  });

  it('are a flood also when the victim refuses each', () => {
    const run = script();
    for (let i = 0; i < 300; i++) {
      run.at(i / 100).headers(source(i), victim, { tcpFlags: SYN_ACK, ...ports(i) }, 1, [0, 1]);
      run.headers(victim, source(i), { tcpFlags: RST, sourcePort: 1024 + i, destinationPort: 443 }, 0, [1, 1]);
    }
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.ack', entities: [{ role: 'victim', ip: victim }] }]);
  });

  it('are none where the capture shows the servers alone, which go on to speak', () => {
    const run = script();
    for (let i = 0; i < 3000; i++) {
      run.at(i / 500).headers(source(i), victim, { tcpFlags: SYN_ACK, ...ports(i) }, 1, [0, 1]);
      if (i >= 20) run.headers(source(i - 20), victim, { tcpFlags: PSH_ACK, tcpSeq: 1, payloadBytes: 900, ...ports(i - 20) }, 1, [0, 2]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('are none where a capture begins amid connections to a client', () => {
    const run = script();
    for (let i = 0; i < 3000; i++) {
      run.at(i / 500).headers(source(i), victim, { tcpFlags: PSH_ACK, payloadBytes: 900, ...ports(i) }, 1, [0, 1]);
      run.headers(victim, source(i), { tcpFlags: ACK, sourcePort: 1024 + i, destinationPort: 443 }, 0, [1, 1]);
    }
    expect(run.finish()).toEqual([]);
  });
});

describe('ends of connections that the capture did not show', () => {
  it.each([
    ['closes', FIN_ACK],
    ['resets', RST_ACK],
  ])('are no flood when a program that ends %s all at once', (_name, tcpFlags) => {
    const run = script();
    for (let i = 0; i < 500; i++) run.at(i / 50_000).headers(attacker, victim, { tcpFlags, sourcePort: 1024 + i });
    expect(run.finish()).toEqual([]);
  });

  it('are a flood when they go on', () => {
    const run = script();
    for (let i = 0; i < 500; i++) run.at(i / 1000).headers(attacker, victim, { tcpFlags: RST_ACK, sourcePort: 1024 + i });
    const findings = run.finish();
    expect(findings).toMatchObject([{ alertClass: 'flood.ack', entities: named }]);
    expect(Number(findings[0]!.detectedAt)).toBeLessThan(200e6);
  });
});

describe('segments at ports that change', () => {
  const atPorts = (from: (i: number) => string): Finding[] => {
    const run = script();
    for (let i = 0; i < 1200; i++) run.at(i / 1000).headers(from(i), victim, { tcpFlags: ACK, destinationPort: 1 + i });
    return run.finish();
  };

  it('are a flood from many sources', () => {
    expect(atPorts(source)).toMatchObject([{ alertClass: 'flood.ack', sourceIp: null }]);
  });

  it('are a scan from one', () => {
    expect(atPorts(() => attacker)).toEqual([]);
  });
});
