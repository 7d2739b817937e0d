import { concatenate, ethernet, icmp, ipv4, PacketScript, pcap, tcp, type TcpTalk, text, udp } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowOf, follow, shown } from './follow.fixture.ts';
import { maxWaitPackets, type Said } from './said.ts';

const connection = flowOf(6);
const datagrams = flowOf(17);

/** What is said in a connection of these packets. */
function tcpSays(write: (talk: TcpTalk, script: PacketScript) => void): string[] {
  const script = new PacketScript();
  write(script.tcp('10.0.0.1', '10.0.0.2', 80), script);
  return shown(follow(script.capture(), connection));
}

const joined = (said: readonly Said[], direction: number) =>
  new TextDecoder('latin1').decode(concatenate(...said.flatMap(({ direction: of, bytes }) => (of === direction && bytes ? [bytes] : []))));

describe('a TCP connection', () => {
  it('is told in the order in which it was said, each part with its packet and its place in its direction', () => {
    expect(tcpSays((talk) => talk.handshake().send('a', 'GET').send('b', '200').send('b', ' OK').send('a', 'bye'))).toEqual([
      'a 0 "GET" in 4',
      'b 0 "200" in 5',
      'b 3 " OK" in 6',
      'a 3 "bye" in 7',
    ]);
  });

  it('is put in order; bytes that waited keep their own packet', () => {
    const said = tcpSays((talk) => {
      talk.handshake().segment('a', 'PA', { seq: 1004, payload: text('late') });
      talk.segment('a', 'PA', { seq: 1001, payload: text('now') });
    });
    expect(said).toEqual(['a 0 "now" in 5', 'a 3 "late" in 4']);
  });

  it('says nothing twice; where a copy differs, what came first stays', () => {
    const said = tcpSays((talk) => {
      talk.handshake().send('a', 'first');
      talk.segment('a', 'PA', { seq: 1001, payload: text('FIRST and more') });
    });
    expect(said).toEqual(['a 0 "first" in 4', 'a 5 " and more" in 5']);
  });

  it('has a gap where bytes were acknowledged that no packet has', () => {
    expect(tcpSays((talk) => talk.handshake().send('a', 'one').lose('a', 10).send('a', 'two').ack('b'))).toEqual([
      'a 0 "one" in 4',
      'a 3 -10 in 5',
      'a 13 "two" in 5',
    ]);
  });

  it('has a gap at its end up to what was acknowledged, or to its FIN', () => {
    expect(tcpSays((talk) => talk.handshake().send('a', 'one').lose('a', 10).ack('b'))).toEqual(['a 0 "one" in 4', 'a 3 -10 in 5']);
    expect(tcpSays((talk) => talk.handshake().send('a', 'one').lose('a', 10).fin('a'))).toEqual(['a 0 "one" in 4', 'a 3 -10 in 5']);
    expect(tcpSays((talk) => talk.handshake().send('a', 'one').fin('a').fin('b').ack('a'))).toEqual(['a 0 "one" in 4']);
  });

  it('of which only one side was captured has the gap of the other', () => {
    expect(tcpSays((talk) => talk.send('a', 'one').lose('b', 500).send('a', 'two').lose('b', 41).ack('a'))).toEqual([
      'a 0 "one" in 1',
      'a 3 "two" in 2',
      'b 0 -541 in 3',
    ]);
  });

  it('begins with the first packet where there is no SYN, and with bytes on the SYN where there are', () => {
    expect(tcpSays((talk) => talk.send('a', 'middle').send('b', 'of it'))).toEqual(['a 0 "middle" in 1', 'b 0 "of it" in 2']);
    const said = tcpSays((talk) => talk.segment('a', 'S', { seq: 1000, ack: 0, payload: text('fast') }));
    expect(said).toEqual(['a 0 "fast" in 1']);
  });

  it('is told over the end of the sequence numbers', () => {
    const said = tcpSays((talk) => {
      talk.next.a = 0xffff_fffd;
      talk
        .handshake()
        .send('a', 'over the')
        .segment('a', 'PA', { seq: 0x8, payload: text('end') });
      talk.segment('a', 'PA', { seq: 0x6, payload: text(' e') });
    });
    expect(said).toEqual(['a 0 "over the" in 4', 'a 8 " e" in 6', 'a 10 "end" in 5']);
  });

  it('has what a snap length left, and says what it cut', () => {
    const frames = [text('abcdefgh'), text('ijklmnop'), text('qrstuvwx')].map((payload, i) =>
      ethernet({}, ipv4({}, tcp({ sourcePort: 40000, destinationPort: 80, seq: 1 + 8 * i, flags: 'A' }, payload))),
    );
    const cut = (frame: Uint8Array, kept: number) => ({ data: frame.subarray(0, 54 + kept), originalLength: frame.length });
    const said = follow(pcap([cut(frames[0]!, 3), cut(frames[2]!, 2), cut(frames[1]!, 0)]), connection);
    expect(shown(said)).toEqual(['a 0 "abc" in 1', 'a 3 ~5 in 1', 'a 8 ~8 in 3', 'a 16 "qr" in 2', 'a 18 ~6 in 2']);
  });

  it('is told from segments that came in fragments', () => {
    const segment = ipv4(
      {},
      tcp({ sourcePort: 40000, destinationPort: 80, seq: 1, flags: 'A' }, text('in two pieces of one segment')),
    ).subarray(20);
    const piece = (start: number, end: number) => ({
      data: ethernet(
        {},
        ipv4({ protocol: 6, id: 7, fragmentOffset: start, moreFragments: end < segment.length }, segment.subarray(start, end)),
      ),
    });
    expect(shown(follow(pcap([piece(24, segment.length), piece(0, 24)]), connection))).toEqual(['a 0 "in two pieces of one segment" in 1']);
  });

  it('does not wait for a hole any longer than for so many packets', () => {
    const script = new PacketScript();
    const talk = script.tcp('10.0.0.1', '10.0.0.2', 80).handshake().lose('a', 7).send('a', 'held');
    for (let i = 0; i <= maxWaitPackets + 1; i++) talk.segment('b', 'PA', { ack: 1001, payload: text('x') });
    talk.segment('a', 'A', { seq: 1001, payload: text('toolate') });
    const said = shown(follow(script.capture(), connection).filter(({ direction }) => direction === 0));
    expect(said).toEqual(['a 0 -7 in 4', 'a 7 "held" in 4']);
  });

  it('is all of what was said, however its segments were cut, mixed, doubled', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const cuts = fc.array(fc.tuple(fc.nat(letters.length - 1), fc.integer({ min: 1, max: 9 })), { maxLength: 80 });
    fc.assert(
      fc.property(cuts, (pieces) => {
        const script = new PacketScript();
        const talk = script.tcp('10.0.0.1', '10.0.0.2', 80).handshake();
        const send = (at: number, length: number) =>
          talk.segment('a', 'A', { seq: 1001 + at, ack: 5001, payload: text(letters.slice(at, at + length)) });
        for (const [at, length] of pieces) send(at, length);
        for (let at = 0; at < letters.length; at += 5) send(at, 5);
        const said = follow(script.capture(), connection);
        expect(joined(said, 0)).toBe(letters);
        // Each byte is in the packet that it is said to be in.
        for (const { packet, offset, length } of said) {
          const [at, size] = pieces[packet - 4] ?? [(packet - 4 - pieces.length) * 5, 5];
          expect(offset >= at && offset + length <= at + size).toBe(true);
        }
      }),
    );
  });

  it('is the same in parts of any number of packets, whatever was lost, mixed, cut or acknowledged', () => {
    const step = fc.record({
      side: fc.constantFrom('a' as const, 'b' as const),
      at: fc.nat(120),
      length: fc.nat(12),
      ack: fc.nat(150),
      flags: fc.constantFrom('A', 'A', 'A', 'A', 'FA', 'SA'),
      cut: fc.constantFrom(0, 0, 0, 4),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (steps, part) => {
        const records = steps.map(({ side, at, length, ack, flags, cut }) => {
          const [source, destination, sourcePort, destinationPort] =
            side === 'a' ? ['10.0.0.1', '10.0.0.2', 40000, 80] : ['10.0.0.2', '10.0.0.1', 80, 40000];
          const payload = new Uint8Array(length).map((_, i) => 97 + ((at + i) % 26));
          const data = ethernet(
            {},
            ipv4({ source, destination } as object, tcp({ sourcePort, destinationPort, seq: at, ack, flags } as object, payload)),
          );
          return { data: data.subarray(0, data.length - Math.min(cut, length)), originalLength: data.length };
        });
        const capture = pcap(records);
        expect(shown(follow(capture, connection, part))).toEqual(shown(follow(capture, connection)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('datagrams', () => {
  const ports = { sourcePort: 40000, destinationPort: 53 };
  const answer = ipv4({ source: '10.0.0.2', destination: '10.0.0.1' }, udp({ sourcePort: 53, destinationPort: 40000 }, text('answer')));

  it('are told one by one, empty ones not', () => {
    const script = new PacketScript().udp('10.0.0.1', '10.0.0.2', 53, text('one')).udp('10.0.0.1', '10.0.0.2', 53, text(''));
    script.frame(ethernet({}, answer)).udp('10.0.0.1', '10.0.0.2', 53, text('two'));
    const said = ['a 0 "one" in 1', 'b 0 "answer" in 3', 'a 3 "two" in 4'];
    expect(shown(follow(script.capture(), datagrams))).toEqual(said);
    expect(shown(follow(script.capture(), datagrams, 1))).toEqual(said);
  });

  it('that came in fragments are one, and said once, in parts too', () => {
    const whole = ipv4({}, udp(ports, text('a datagram of some length'))).subarray(20);
    const piece = (start: number, end: number) =>
      ethernet({}, ipv4({ protocol: 17, id: 7, fragmentOffset: start, moreFragments: end < whole.length }, whole.subarray(start, end)));
    const frames = [piece(16, whole.length), ethernet({}, answer), piece(0, 16), ethernet({}, answer), piece(0, 8)];
    const said = follow(pcap(frames.map((data) => ({ data }))), datagrams);
    expect(shown(said).slice(0, 3)).toEqual(['b 0 "answer" in 2', 'a 0 "a datagram of some length" in 1', 'b 6 "answer" in 4']);
    for (const part of [1, 2, 3])
      expect(shown(follow(pcap(frames.slice(0, 4).map((data) => ({ data }))), datagrams, part))).toEqual(shown(said).slice(0, 3));
  });

  it('of which fragments are missing say what they can, and that something is missing', () => {
    const whole = ipv4({}, udp(ports, text('a datagram of some length'))).subarray(20);
    const data = ethernet({}, ipv4({ protocol: 17, id: 7, moreFragments: true }, whole.subarray(0, 16)));
    expect(shown(follow(pcap([{ data }]), datagrams))).toEqual(['a 0 "a datagr" in 1', 'a 8 -0 in 1']);
  });

  it('that were cut say so', () => {
    const data = ethernet({}, ipv4({}, udp(ports, text('cut short'))));
    const said = follow(pcap([{ data: data.subarray(0, data.length - 6), originalLength: data.length }]), datagrams);
    expect(shown(said)).toEqual(['a 0 "cut" in 1', 'a 3 ~6 in 1']);
  });

  it('of ICMP have what the message carries', () => {
    const echo = ipv4({}, icmp(8, 0, 0x10001, text('ping')));
    expect(shown(follow(pcap([{ data: ethernet({}, echo) }]), flowOf(1)))).toEqual(['a 0 "ping" in 1']);
  });

  it('are also the packets of a row that stands for several flows', () => {
    const syn = (source: string) =>
      ethernet(
        {},
        ipv4({ source, destination: '10.0.0.2' }, tcp({ sourcePort: 1, destinationPort: 80, flags: 'S', seq: 9 }, text(source))),
      );
    const frames = ['10.0.0.7', '10.0.0.8'].map((source) => ({ data: syn(source) }));
    expect(shown(follow(pcap(frames), flowOf(6, 2)))).toEqual(['a 0 "10.0.0.7" in 1', 'a 8 "10.0.0.8" in 2']);
  });
});
