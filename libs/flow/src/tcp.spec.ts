import { PacketScript, type TcpTalk } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { flowsOf } from './flows-of.fixture.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';

/** The only flow of one talk. */
function flowOf(talk: (talk: TcpTalk) => void, port = 22, sourcePort = 40000) {
  const script = new PacketScript();
  talk(script.tcp(a, b, port, sourcePort));
  const { flows, weirds } = flowsOf(script);
  expect(flows).toHaveLength(1);
  return { ...flows[0]!, weirds };
}

describe("a TCP connection's state and history, as Zeek's", () => {
  it.each<[string, string, string, (talk: TcpTalk) => void]>([
    ['unanswered', 'S0', 'S', (t) => t.syn()],
    ['unanswered, asked again', 'S0', 'S', (t) => t.segment('a', 'S', {}).segment('a', 'S', {})],
    ['refused', 'REJ', 'Sr', (t) => t.syn().rst('b')],
    ['answered, never acknowledged', 'S1', 'Sh', (t) => t.syn().synAck()],
    ['established', 'S1', 'ShA', (t) => t.handshake()],
    ['closed by both', 'SF', 'ShADadFf', (t) => t.handshake().send('a', 'q').ack('b').send('b', 'r').fin('a').fin('b').ack('a')],
    ['closed by the originator only', 'S2', 'ShAF', (t) => t.handshake().fin('a')],
    ['closed by the responder only', 'S3', 'ShAf', (t) => t.handshake().fin('b')],
    ['reset by the originator', 'RSTO', 'ShAR', (t) => t.handshake().rst('a')],
    ['reset by the responder', 'RSTR', 'ShAr', (t) => t.handshake().rst('b')],
    ['SYN and RST of the originator, nothing else', 'RSTOS0', 'SR', (t) => t.syn().rst('a')],
    ['SYN and FIN of the originator, nothing else', 'SH', 'SF', (t) => t.syn().fin('a')],
    ['SYN-ACK and RST of the responder, no SYN seen', 'RSTRH', '^hr', (t) => t.synAck().rst('b')],
    ['SYN-ACK and FIN of the responder, no SYN seen', 'SHR', '^hf', (t) => t.synAck().fin('b')],
    ['seen from the middle', 'OTH', 'DadA', (t) => t.send('a', 'q').ack('b').send('b', 'r').ack('a')],
    ['SYN and FIN at once', 'SH', 'Q', (t) => t.segment('a', 'SF', {})],
    ['FIN and RST at once', 'RSTO', 'ShAI', (t) => t.handshake().segment('a', 'FRA', {})],
  ])('%s: %s %s', (_name, state, history, talk) => {
    expect(flowOf(talk)).toMatchObject({ state, history });
  });
});

describe('what was sent again or never seen', () => {
  it('counts a segment that repeats bytes as a retransmission, and notes the 1st and 10th', () => {
    const flow = flowOf((t) => {
      t.handshake();
      t.send('a', 'abc');
      for (let i = 0; i < 10; i++) t.segment('a', 'PA', { seq: t.next.a - 3, payload: new Uint8Array(3) });
    });
    expect(flow.history).toBe('ShADTT');
    expect(flow.view).toMatchObject({ retransmissions: [10, 0], payload: [33, 0], gaps: [0, 0] });
  });

  it('counts bytes that were passed over and not sent again as a gap, and notes it when they are acknowledged', () => {
    const flow = flowOf((t) => t.handshake().send('a', 'abc').lose('a', 100).send('a', 'def').ack('b'));
    expect(flow.history).toBe('ShADaG');
    expect(flow.view).toMatchObject({ gaps: [100, 0] });
  });

  it('counts bytes that were acknowledged and never passed', () => {
    expect(flowOf((t) => t.handshake().lose('b', 500).ack('a').lose('b', 1).fin('a')).view).toMatchObject({ gaps: [0, 501] });
  });

  it('takes out of the gap what arrives late, in pieces and from both ends', () => {
    const flow = flowOf((t) => {
      t.handshake();
      const lost = t.next.a;
      t.lose('a', 100).send('a', 'def');
      t.segment('a', 'PA', { seq: lost + 50, payload: new Uint8Array(10) });
      t.segment('a', 'PA', { seq: lost, payload: new Uint8Array(20) });
      t.segment('a', 'PA', { seq: lost + 90, payload: new Uint8Array(13) });
    });
    expect(flow.view).toMatchObject({ gaps: [60, 0] });
  });

  it('does not take the sequence number of a reset for bytes', () => {
    const flow = flowOf((t) => t.handshake().segment('b', 'R', { seq: 0x7000_0000 }));
    expect(flow.view).toMatchObject({ gaps: [0, 0] });
  });

  it('follows sequence numbers over 2^32', () => {
    const flow = flowOf((t) => {
      t.next.a = 0xffff_fff0;
      t.handshake().send('a', 'x'.repeat(30)).send('a', 'y'.repeat(30)).ack('b');
    });
    expect(flow).toMatchObject({ history: 'ShADa', state: 'S1' });
    expect(flow.view).toMatchObject({ retransmissions: [0, 0], gaps: [0, 0], payload: [60, 0] });
  });
});

describe('who began', () => {
  it('is the sender of the SYN, whatever the ports', () => {
    expect(flowOf((t) => t.handshake(), 40001, 80)).toMatchObject({ ends: '1:80 > 2:40001', view: { initiatorKnown: true } });
  });

  it('is the end without the server port when no SYN was seen', () => {
    expect(flowOf((t) => t.send('b', 'r').ack('a'), 80)).toMatchObject({
      ends: '1:40000 > 2:80',
      history: '^dA',
      view: { initiatorKnown: false },
    });
  });

  it('is who spoke first when neither port tells', () => {
    expect(flowOf((t) => t.send('b', 'r').ack('a'), 50001)).toMatchObject({ ends: '2:50001 > 1:40000' });
  });

  it('is put right when the SYN was captured after its SYN-ACK', () => {
    const flow = flowOf((t) => {
      t.next.a++;
      t.synAck();
      t.next.a--;
      t.syn().ack('a');
    }, 50001);
    expect(flow).toMatchObject({ ends: '1:40000 > 2:50001', state: 'S1', packets: '2/1', view: { initiatorKnown: true } });
    expect(flow.view).toMatchObject({ frames: [108, 54], macs: ['02:00:00:00:00:02', '02:00:00:00:00:01'] });
  });
});

describe('the time of a handshake', () => {
  it('is from the SYN to the ACK of the SYN-ACK', () => {
    const script = new PacketScript();
    const talk = script.tcp(a, b, 22);
    script.at(1);
    talk.syn();
    script.at(1.02);
    talk.synAck();
    script.at(1.0205);
    talk.ack('a').send('a', 'x');
    expect(flowsOf(script).flows[0]!.view).toMatchObject({ rttMicros: 20_500 });
  });

  it('is unknown without an answer', () => {
    expect(flowOf((t) => t.syn()).view).toMatchObject({ rttMicros: null });
  });
});

describe('odd connections', () => {
  it.each<[string, (talk: TcpTalk) => void]>([
    ['tcp_syn_seq_jump', (t) => t.segment('a', 'S', { seq: 1 }).segment('a', 'S', { seq: 999 })],
    ['tcp_syn_inside_connection', (t) => t.handshake().send('a', 'x').segment('a', 'S', { seq: 77 })],
    ['tcp_bad_syn_ack', (t) => t.syn().segment('b', 'SA', { ack: 4_000_000 })],
    ['tcp_simultaneous_open', (t) => t.syn().segment('b', 'S', {})],
    ['tcp_fin_without_connection', (t) => t.fin('a')],
    ['tcp_data_after_reset', (t) => t.handshake().rst('a').send('a', 'x')],
    ['tcp_data_before_established', (t) => t.syn().send('a', 'x')],
  ])('%s is a weird', (weird, talk) => {
    expect(flowOf(talk).weirds).toEqual([weird]);
  });
});
