import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { icmpTunnel } from './detector.ts';

const script = () => new ContactScript((context) => icmpTunnel.create(context, optionValues(icmpTunnel.options)));
const [client, server] = ['10.0.0.9', '203.0.113.9'];

/** `count` requests and answers, half a second apart, with `bytes(i)` of data. */
function exchange(count: number, bytes: (i: number) => number, interval = 0.5): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const isAnswer = i % 2 === 1;
    const [from, to] = isAnswer ? [server, client] : [client, server];
    const fields = { ipProtocol: 1, icmpType: isAnswer ? 0 : 8, payloadBytes: bytes(i) };
    run.at((i + 1) * interval).headers(from, to, fields, isAnswer ? 1 : 0, [Math.ceil((i + 1) / 2), (i + 1) >> 1]);
  }
  return run.finish();
}

describe('data in ICMP echo', () => {
  it('is silent at 15 messages and told at the 16th', () => {
    expect(exchange(15, (i) => 100 + i)).toEqual([]);
    expect(exchange(16, (i) => 100 + i)).toMatchObject([
      {
        alertClass: 'c2.icmp-tunnel',
        detectedAt: 8_000_000_000n,
        entities: [
          { role: 'attacker', ip: client },
          { role: 'victim', ip: server },
        ],
        evidence: { value: 16, threshold: 16, packets: Array.from({ length: 16 }, (_, i) => i + 1) },
        explanation: expect.stringContaining('16 ICMP echo messages of 16 different lengths'),
      },
    ]);
  });

  it('needs eight lengths', () => {
    expect(exchange(100, (i) => 100 + (i % 7))).toEqual([]);
    expect(exchange(100, (i) => 100 + (i % 8))).toHaveLength(1);
  });

  it('is one finding when both ends ask', () => {
    const run = script();
    for (let i = 0; i < 40; i++) {
      const [from, to] = i % 2 === 0 ? [client, server] : [server, client];
      run.at(i).headers(from, to, { ipProtocol: 1, icmpType: 8, payloadBytes: 100 + i });
    }
    expect(run.finish()).toMatchObject([{ evidence: { value: 40 } }]);
  });

  it('is eight replies that are longer than what was asked, of one length: a download', () => {
    const download = (longer: number) => exchange(60, (i) => (i % 2 === 1 && i < 2 * longer ? 1052 : 100));
    expect(download(7)).toEqual([]);
    expect(download(8)).toMatchObject([{ explanation: expect.stringContaining('8 replies were longer than any request') }]);
  });

  it('is no large ping of which a capture shows the replies only, or shorter replies of a host that cuts them', () => {
    const oneSided = script();
    for (let i = 0; i < 100; i++) oneSided.at(i).headers(server, client, { ipProtocol: 1, icmpType: 0, payloadBytes: 1000 }, 0, [i + 1, 0]);
    expect(oneSided.finish()).toEqual([]);
    expect(exchange(100, (i) => (i % 2 === 1 ? 100 : 1400))).toEqual([]);
  });

  it('is no ping, however large, and no ping of little data', () => {
    expect(exchange(1000, () => 1400)).toEqual([]);
    expect(exchange(1000, (i) => i % 64)).toEqual([]);
  });

  it('is no test of a path that tries a size each minute', () => {
    expect(exchange(40, (i) => 100 + 30 * i, 60)).toEqual([]);
  });
});
