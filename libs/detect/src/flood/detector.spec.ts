import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { flood } from './detector.ts';

const script = () => new ContactScript((context) => flood.create(context, optionValues(flood.options)));
const [attacker, victim] = ['203.0.113.9', '10.0.0.2'];
const [SYN, ACK, SYN_ACK, PSH_ACK] = [2, 16, 18, 24];
const UDP = 17;
const ICMP = 1;
const source = (i: number): string => `198.${(i * 37) % 256}.${(i * 101) % 256}.${i % 256}`;

/** `count` packets, one every `interval` seconds, each of a flow of its own, from `from(i)`. */
function packets(count: number, interval: number, fields: object, from: (i: number) => string = () => attacker): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) run.at(i * interval).headers(from(i), victim, { sourcePort: 1024 + i, ...fields });
  return run.finish();
}

describe('SYN flood', () => {
  it('is silent at what a host may get for ever', () => {
    expect(packets(5000, 0.05, { tcpFlags: SYN })).toEqual([]);
  });

  it('is found with a burst of an operator, however small', () => {
    const run = new ContactScript((context) => flood.create(context, { ...optionValues(flood.options), burst: 2 }));
    for (let i = 0; i < 3; i++) run.at(i / 1000).headers(attacker, victim, { sourcePort: 1024 + i, tcpFlags: SYN });
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.syn', evidence: { threshold: 2 } }]);
  });

  it('is silent just under the burst', () => {
    expect(packets(99, 0, { tcpFlags: SYN })).toEqual([]);
  });

  it('fires at the burst', () => {
    const findings = packets(100, 0.0001, { tcpFlags: SYN });
    expect(findings).toHaveLength(0); // less than one leaked meanwhile
    expect(packets(101, 0.0001, { tcpFlags: SYN })).toMatchObject([
      {
        alertClass: 'flood.syn',
        techniques: ['T1498.001'],
        detectedAt: 10_000_000n,
        entities: [
          { role: 'attacker', ip: attacker },
          { role: 'victim', ip: victim },
        ],
        evidence: { metric: 'SYNs without handshake', value: 101, threshold: 100, window: 5 },
      },
    ]);
  });

  it('fires within a fifth of a second at a thousand a second, within three at a hundred, within four at fifty', () => {
    expect(Number(packets(400, 0.001, { tcpFlags: SYN })[0]!.detectedAt)).toBeLessThan(200e6);
    expect(Number(packets(400, 0.01, { tcpFlags: SYN })[0]!.detectedAt)).toBeLessThanOrEqual(3000e6);
    expect(Number(packets(400, 0.02, { tcpFlags: SYN })[0]!.detectedAt)).toBeLessThanOrEqual(4000e6);
  });

  it('says that sources are forged, and names none of them', () => {
    const [finding] = packets(400, 0.001, { tcpFlags: SYN }, source);
    expect(finding!.entities).toEqual([{ role: 'victim', ip: victim }]);
    expect(finding!.explanation).toMatch(/sources, whose addresses look forged, all with TTL 64/);
    expect(finding!.evidence.packets).toHaveLength(50);
  });

  it('is told of RSTs of no connection too, not of those that refuse', () => {
    expect(packets(120, 0.001, { tcpFlags: 4 }, source)).toMatchObject([{ alertClass: 'flood.ack' }]);
    const run = script();
    for (let i = 0; i < 400; i++) {
      const ports = { sourcePort: 80, destinationPort: 1024 + i };
      run.at(i / 1000).headers(attacker, victim, { tcpFlags: ACK, sourcePort: 1024 + i, destinationPort: 80 });
      run.headers(victim, attacker, { tcpFlags: 4, ...ports }, 1, [1, 1]);
    }
    expect(run.finish()).not.toMatchObject([{ entities: [{ ip: victim }, { ip: attacker }] }]);
  });

  describe('at ports that change', () => {
    const atPorts = (count: number, from: (i: number) => string): Finding[] => {
      const run = script();
      for (let i = 0; i < count; i++) run.at(i / 1000).headers(from(i), victim, { tcpFlags: SYN, destinationPort: 1 + i });
      return run.finish();
    };

    it('fires within a second at a thousand a second from forged sources', () => {
      const findings = atPorts(1000, (i) => `198.${i >> 8}.${i & 255}.7`);
      expect(findings).toMatchObject([
        { alertClass: 'flood.syn', entities: [{ role: 'victim', ip: victim }], evidence: { threshold: 500 } },
      ]);
      expect(Number(findings[0]!.detectedAt)).toBeLessThan(1e9);
      expect(findings[0]!.explanation).toMatch(/got \d+ SYNs in .* addresses look forged/);
    });

    it('is silent under the burst, and of few sources, who scan', () => {
      expect(atPorts(550, source)).toEqual([]);
      expect(atPorts(20_000, (i) => source(i % 200))).toEqual([]);
    });
  });

  it('does not name clients that go on being served meanwhile', () => {
    const run = script();
    for (let i = 0; i < 400; i++) {
      run.at(i / 1000).headers(attacker, victim, { tcpFlags: SYN });
      if (i % 20 > 0) continue;
      const client = `10.0.0.${10 + (i % 3)}`;
      run.headers(client, victim, { tcpFlags: SYN });
      run.headers(victim, client, { tcpFlags: SYN_ACK, sourcePort: 80, destinationPort: 50_000 }, 1, [1, 1]);
      run.headers(client, victim, { tcpFlags: ACK }, 0, [2, 1]);
    }
    expect(run.finish()).toMatchObject([
      {
        entities: [
          { role: 'attacker', ip: attacker },
          { role: 'victim', ip: victim },
        ],
        sourceIp: Uint8Array.of(203, 0, 113, 9),
      },
    ]);
  });

  it('names nobody when sources are forged, not even clients that are not served any more', () => {
    const run = script();
    for (let i = 0; i < 400; i++) {
      run.at(i / 1000).headers(source(i), victim, { tcpFlags: SYN });
      if (i % 40 === 0) run.headers('10.0.0.10', victim, { tcpFlags: SYN });
    }
    expect(run.finish()).toMatchObject([{ entities: [{ role: 'victim', ip: victim }], sourceIp: null }]);
  });

  it('names the one that sends most of it among a dozen clients', () => {
    const run = script();
    for (let i = 0; i < 400; i++) {
      run.at(i / 1000).headers(attacker, victim, { tcpFlags: SYN });
      if (i % 20 === 0) run.headers(`10.0.0.${10 + i / 20}`, victim, { tcpFlags: SYN });
    }
    expect(run.finish()[0]!.entities).toEqual([
      { role: 'attacker', ip: attacker },
      { role: 'victim', ip: victim },
    ]);
  });

  it('is one finding until a quiet minute has passed', () => {
    const run = script();
    for (const begin of [0, 30, 120]) {
      for (let i = 0; i < 300; i++) run.at(begin + i / 1000).headers(attacker, victim, { tcpFlags: SYN });
    }
    expect(run.finish().map((finding) => finding.start)).toEqual([0n, 120_000_000_000n]);
  });
});

describe('other floods', () => {
  it('of ACKs are not hidden by clients that connect meanwhile', () => {
    const run = script();
    for (let i = 0; i < 420; i++) {
      run.at(i / 39).headers(attacker, victim, { tcpFlags: ACK, sourcePort: 1024 + i });
      const client = `10.0.0.${10 + (i % 40)}`;
      run.headers(client, victim, { tcpFlags: SYN, sourcePort: 50_000 + i });
      run.headers(victim, client, { tcpFlags: SYN_ACK, sourcePort: 80, destinationPort: 50_000 + i }, 1, [1, 1]);
      run.headers(client, victim, { tcpFlags: ACK, sourcePort: 50_000 + i }, 0, [2, 1]);
    }
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.ack', sourceIp: Uint8Array.of(203, 0, 113, 9) }]);
  });

  it.each([
    ['flood.ack', { tcpFlags: ACK }],
    ['flood.udp', { ipProtocol: UDP, destinationPort: 53 }],
    ['flood.icmp', { ipProtocol: ICMP, icmpType: 8 }],
  ])('%s fires within a fifth of a second at a thousand a second', (alertClass, fields) => {
    const findings = packets(400, 0.001, fields);
    expect(findings).toMatchObject([{ alertClass, sourceIp: Uint8Array.of(203, 0, 113, 9) }]);
    expect(Number(findings[0]!.detectedAt)).toBeLessThan(200e6);
  });

  it('finds a flood of one UDP flow at 250 a second to a host that never spoke with its source', () => {
    const stream = (rate: number): Finding[] => {
      const run = script();
      run.at(0).headers(source(1), '10.0.0.3', { tcpFlags: SYN });
      for (let i = 0; i < 3000; i++)
        run.at(2 + i / rate).headers(attacker, victim, { ipProtocol: UDP, destinationPort: 5004, payloadBytes: 400 }, 0, [i + 1, 0]);
      return run.finish();
    };
    expect(stream(240)).toEqual([]);
    expect(stream(40_000)).toEqual([]); // over in 75 ms
    expect(Number(stream(1000)[0]!.detectedAt)).toBeLessThanOrEqual(2210e6);
  });

  it.each([
    ['empty ones', { payloadBytes: 0, destinationPort: 5004 }],
    ['ones to a service that answers', { payloadBytes: 400, destinationPort: 53 }],
  ])('finds a flood of one UDP flow at a hundred a second: %s', (_name, fields) => {
    const run = script();
    for (let i = 0; i < 300; i++) run.at(i / 100).headers(attacker, victim, { ipProtocol: UDP, ...fields }, 0, [i + 1, 0]);
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.udp' }]);
  });

  it('finds a flood from the port of a service, which looks like answers to questions that nobody asked', () => {
    const from53 = (payloadBytes: number, destinationPort: number): Finding[] => {
      const run = script();
      const fields = { ipProtocol: UDP, sourcePort: 53, destinationPort, payloadBytes };
      for (let i = 0; i < 300; i++) run.at(i / 100).headers(attacker, victim, fields, 1, [0, i + 1]);
      return run.finish();
    };
    expect(from53(0, 9)).toMatchObject([{ alertClass: 'flood.udp', entities: [{ ip: attacker }, { ip: victim }] }]);
    expect(from53(300, 40_000)).toEqual([]);
  });

  it('finds a flood from one UDP port over all ports by the size of its datagrams, which no scanner sends', () => {
    const flooded = (payloadBytes: number): Finding[] => {
      const run = script();
      for (let i = 0; i < 500; i++) run.at(i / 1000).headers(attacker, victim, { ipProtocol: UDP, destinationPort: i, payloadBytes });
      return run.finish();
    };
    expect(flooded(200)).toMatchObject([{ alertClass: 'flood.udp' }]);
    expect(flooded(40)).toEqual([]);
  });

  it('finds answers by UDP from the ports of ever more services that nobody asked, not those of a resolver or two', () => {
    const answers = (servers: number, isAsked: boolean): Finding[] => {
      const run = script();
      for (let i = 0; i < 300; i++) {
        const server = source(i % servers);
        run
          .at(i / 100)
          .headers(server, victim, { ipProtocol: UDP, sourcePort: 161, destinationPort: 1024 + i, payloadBytes: 900 }, 1, [0, 1]);
        if (isAsked) run.headers(victim, server, { ipProtocol: UDP, sourcePort: 1024 + i, destinationPort: 161 }, 0, [1, 1]);
      }
      return run.finish();
    };
    expect(answers(20, false)).toMatchObject([{ alertClass: 'flood.udp', entities: [{ role: 'victim', ip: victim }] }]);
    expect(answers(2, false)).toEqual([]);
    expect(answers(20, true)).toEqual([]);
  });

  it('finds ICMP replies and errors that nobody asked for, not those that answer', () => {
    expect(packets(300, 0.01, { ipProtocol: ICMP, icmpType: 0 }, source)).toMatchObject([{ alertClass: 'flood.icmp', sourceIp: null }]);
    const run = script();
    for (let i = 0; i < 300; i++) run.at(i / 100).headers(attacker, victim, { ipProtocol: ICMP, icmpType: 0 }, 1, [i + 1, i + 1]);
    expect(run.finish()).toEqual([]);
    const errors = (count: number): Finding[] => {
      const told = script();
      for (let i = 0; i < count; i++) told.at(i / 100).unasked(attacker, victim, { ipProtocol: ICMP, icmpType: 3 });
      return told.finish();
    };
    expect(errors(300)).toMatchObject([{ alertClass: 'flood.icmp', entities: [{ ip: attacker }, { ip: victim }] }]);
    expect(errors(99)).toEqual([]);
  });

  describe('of other protocols', () => {
    /** A hundred a second of one flow. */
    const stream = (ipProtocol: number, rate: number): Finding[] => {
      const run = script();
      for (let i = 0; i < 1000; i++)
        run.at(2 + i / rate).headers(attacker, victim, { ipProtocol, ...noPorts, payloadBytes: 60 }, 0, [i + 1, 0]);
      return run.finish();
    };
    const noPorts = { sourcePort: 0, destinationPort: 0 };
    const [OSPF, ESP] = [89, 50];

    it('are found from forged sources and from one', () => {
      expect(packets(300, 0.01, { ipProtocol: OSPF, ...noPorts }, source)).toMatchObject([{ alertClass: 'flood.ip', sourceIp: null }]);
      expect(stream(OSPF, 100)).toMatchObject([{ alertClass: 'flood.ip', entities: [{ ip: attacker }, { ip: victim }] }]);
    });

    it('are found in a tunnel of one way at the rate of streams only', () => {
      expect(stream(ESP, 200)).toEqual([]);
      expect(stream(ESP, 1000)).toMatchObject([{ alertClass: 'flood.ip' }]);
    });

    it('are none when they are answered, nor when each is another protocol, as a scan sends them', () => {
      const run = script();
      for (let i = 0; i < 1000; i++) {
        run.at(i / 100).headers(source(i), victim, { ipProtocol: ESP, ...noPorts });
        run.headers(victim, source(i), { ipProtocol: ESP, ...noPorts }, 1, [1, 1]);
      }
      expect(run.finish()).toEqual([]);
      const scan = script();
      for (let i = 0; i < 250; i++) scan.at(i / 1000).headers(attacker, victim, { ipProtocol: 137 + (i % 118), ...noPorts });
      expect(scan.finish()).toEqual([]);
    });
  });

  it('finds a flood of one UDP flow by its rate', () => {
    const run = script();
    for (let i = 0; i < 20_000; i++) run.at(i / 10_000).headers(attacker, victim, { ipProtocol: UDP }, 0, [i + 1, 0]);
    expect(run.finish()).toMatchObject([{ alertClass: 'flood.udp', entities: [{ ip: attacker }, { ip: victim }] }]);
  });
});

describe('quiet traffic', () => {
  it('a thousand connections a second that are all finished', () => {
    const run = script();
    for (let i = 0; i < 5000; i++) {
      run.at(i / 1000).headers(attacker, victim, { tcpFlags: SYN });
      run.headers(victim, attacker, { tcpFlags: SYN_ACK, sourcePort: 80, destinationPort: 50_000 }, 1, [1, 1]);
      run.headers(attacker, victim, { tcpFlags: ACK }, 0, [2, 1]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('a capture that begins amid a thousand connections', () => {
    const run = script();
    for (let i = 0; i < 1000; i++) {
      run.at(i / 1000).headers(attacker, victim, { tcpFlags: PSH_ACK });
      run.headers(victim, attacker, { tcpFlags: ACK, sourcePort: 80, destinationPort: 50_000 }, 1, [1, 1]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('a port scan, which goes from port to port', () => {
    const run = script();
    for (let i = 0; i < 1000; i++) {
      run.at(i / 1000).headers(attacker, victim, { tcpFlags: SYN, destinationPort: i });
      run.headers(attacker, victim, { ipProtocol: UDP, destinationPort: i });
    }
    expect(run.finish()).toEqual([]);
  });

  it('a busy resolver', () => {
    const run = script();
    for (let i = 0; i < 10_000; i++) {
      run.at(i / 2000).headers(source(i), '10.0.0.53', { ipProtocol: UDP, destinationPort: 53 });
      run.headers('10.0.0.53', source(i), { ipProtocol: UDP, sourcePort: 53 }, 1, [1, 1]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('a media stream of two thousand packets a second without answer to a host that was asked for it, and flow records to a collector', () => {
    const run = script();
    run.at(0).headers(attacker, victim, { tcpFlags: SYN, destinationPort: 554 });
    run.headers(victim, attacker, { tcpFlags: SYN_ACK, sourcePort: 554 }, 1, [1, 1]);
    run.headers(victim, attacker, { tcpFlags: ACK, sourcePort: 554 }, 1, [1, 1]);
    for (let i = 0; i < 10_000; i++) {
      run.at(i / 2000).headers(attacker, victim, { ipProtocol: UDP, destinationPort: 5004, payloadBytes: 1200 }, 0, [i + 1, 0]);
      run.headers(source(1), victim, { ipProtocol: UDP, destinationPort: 2055, payloadBytes: 1400 }, 0, [i + 1, 0]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('a media stream that was there when the capture began', () => {
    const run = script();
    for (let i = 0; i < 10_000; i++) {
      run.at(i / 2000).headers(attacker, victim, { ipProtocol: UDP, destinationPort: 5004, payloadBytes: 1200 }, 0, [i + 1, 0]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('datagrams to a group', () => {
    const run = script();
    for (let i = 0; i < 1000; i++) run.at(i / 1000).headers(source(i), '239.1.1.1', { ipProtocol: UDP });
    expect(run.finish()).toEqual([]);
  });
});
