import type { ProtocolModule } from '@wirecase/contract';
import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { sip } from './parser.ts';

const sdp = 'v=0\r\nc=IN IP4 10.0.0.5\r\nm=audio 49172 RTP/AVP 0\r\nm=video 51372 RTP/AVP 31\r\nc=IN IP6 fd00::1\r\n';
/** RFC 3261 24.2, with a session description. */
const invite = `INVITE sip:bob@biloxi.com SIP/2.0\r\nVia: SIP/2.0/UDP pc33.atlanta.com;branch=z9\r\nTo: Bob <sip:bob@biloxi.com>
f: Alice <sip:alice@atlanta.com>;tag=1928301774\r\nCall-ID: a84b4c76e66710\r\nCSeq: 314159 INVITE\r\nSubject: a\r\n b\r\nUser-Agent: lab/1
Authorization: Digest username="alice", response="s3cret"\r\nContent-Type: application/sdp\r\nl: ${sdp.length}\r\n\r\n${sdp}`.replace(
  /([^\r])\n/g,
  '$1\r\n',
);
const answer = (status: string, method = 'INVITE') =>
  `SIP/2.0 ${status}\r\nTo: Bob <sip:bob@biloxi.com>;tag=8321234356\r\nFrom: x\r\nCall-ID: a84b4c76e66710\r\nCSeq: 314159 ${method}\r\nServer: srv\r\nContent-Length: 0\r\n\r\n`;
const udp = (...texts: [0 | 1, string][]) =>
  runProtocol(sip, texts.map(([from, text]): Delivery => [from, textBytes(text)]), { transport: 'udp', destinationPort: 5060 }); // prettier-ignore
const tcp = (texts: [0 | 1, string][], pieceBytes = 0) =>
  runProtocol(sip, texts.map(([from, text]): Delivery => [from, textBytes(text)]), { pieceBytes }); // prettier-ignore

describe('sip', () => {
  it('joins a request to its final response', () => {
    const { records, weirds } = udp([0, invite], [0, invite], [1, answer('100 Trying')], [1, answer('180 Ringing')], [1, answer('200 OK')]);
    expect(records).toEqual([
      {
        record: 'sip',
        packet: 5,
        method: 'INVITE',
        uri: 'sip:bob@biloxi.com',
        from: 'Alice <sip:alice@atlanta.com>;tag=1928301774',
        to: 'Bob <sip:bob@biloxi.com>',
        callId: 'a84b4c76e66710',
        sequence: '314159 INVITE',
        contact: null,
        userAgent: 'lab/1',
        server: 'srv',
        subject: 'a b',
        authUser: 'alice',
        statusCode: 200,
        statusText: 'OK',
        path: ['SIP/2.0/UDP pc33.atlanta.com;branch=z9'],
        media: ['audio 10.0.0.5:49172 RTP/AVP', 'video [fd00::1]:51372 RTP/AVP'],
        requestBytes: sdp.length,
        responseBytes: 0,
      },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(weirds).toEqual({});
  });

  it('announces the media of a call, with their codecs from both sides', () => {
    const offer = invite
      .replace('RTP/AVP 31', 'RTP/SAVP 31')
      .replace('RTP/AVP 0', 'RTP/AVP 0 96\r\na=rtpmap:96 opus/48000/2\r\na=rtcp:53020');
    const { expected } = udp([0, offer]);
    expect(expected.map(({ ip, port, protocol }) => `${protocol} ${ip.join('.')} ${port}`)).toEqual([
      'rtp 10.0.0.5 49172',
      'rtcp 10.0.0.5 53020',
      `rtp ${[0xfd, ...Array(14).fill(0), 1].join('.')} 51372`,
      `rtcp ${[0xfd, ...Array(14).fill(0), 1].join('.')} 51373`,
    ]);
    const media: ProtocolModule = {
      name: 'rtp',
      records: [],
      transports: ['udp'],
      ports: [],
      probe: () => 'no',
      create: expected[0]!.create,
    };
    const packet = (timestamp: number) => Uint8Array.of(0x80, 96, 0, timestamp, 0, 0, 0, timestamp, 0, 0, 0, 9, 1);
    const { records } = runProtocol(media, [[0, packet(1)], [0, packet(2)]], { transport: 'udp' }); // prettier-ignore
    expect(records).toMatchObject([
      { callId: 'a84b4c76e66710', sipFlowId: '00000000-0000-0000-0000-000000000001', codecs: ['opus/48000'], packets: 2 },
    ]);
    expect(records[0]!['meanJitterMs']).not.toBeNull();
  });

  it('announces no media that are refused, on hold, or behind DTLS', () => {
    for (const [from, to] of [
      ['49172', '0'],
      ['10.0.0.5', '0.0.0.0'],
      ['RTP/AVP 0', 'UDP/TLS/RTP/SAVPF 0'],
    ] as const)
      // prettier-ignore
      expect(udp([0, invite.replace(/m=video[^]*/, '').replace(from, to)]).expected, to).toEqual([]);
  });

  it('tells what was never answered, and a response alone', () => {
    expect(udp([0, invite], [1, answer('404 Not Found', 'BYE')]).records).toMatchObject([
      { packet: 2, method: 'BYE', uri: null, statusCode: 404 },
      { packet: 1, method: 'INVITE', statusCode: null },
    ]);
  });

  it('reads a stream wherever it is cut', () => {
    const script: [0 | 1, string][] = [[0, `\r\n\r\n${invite}\r\n${invite.replace(/314159/g, '7')}`], [1, answer('486 Busy Here')]]; // prettier-ignore
    const { records } = tcp(script);
    expect(records).toMatchObject([{ statusCode: 486 }, { sequence: '7 INVITE', statusCode: null }]);
    for (const pieceBytes of [1, 7, 100]) expect(tcp(script, pieceBytes).records).toEqual(records);
  });

  it('ignores what keeps a path open, and counts what is no message', () => {
    expect(udp([0, '\r\n\r\n'], [0, 'hello'])).toMatchObject({ records: [], weirds: { sip_bad_message: 1 } });
  });

  it('bounds what waits', () => {
    const many = Array.from({ length: 140 }, (_, i): [0, string] => [0, invite.replace('a84b4c76e66710', `c${i}`)]);
    expect(udp(...many)).toMatchObject({ records: { length: 140 }, weirds: { sip_pending_limit: 12 } });
  });

  it.each([
    [invite, 'yes', 'yes'],
    [answer('200 OK'), 'yes', 'yes'],
    ['INVITE si', 'more', 'no'],
    ['INV', 'more', 'no'],
    ['OPTIONS rtsp://x RTSP/1.0\r\n', 'no', 'no'],
    ['GET / HTTP/1.1\r\n', 'no', 'no'],
  ] as const)('judges %j', (text, overTcp, overUdp) => {
    const bytes = textBytes(text);
    expect(sip.probe('tcp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe(overTcp);
    expect(sip.probe('udp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe(overUdp);
  });

  it('takes any bytes (5,000 mutants)', () => {
    for (const mutant of mutants(textBytes(invite), 2500)) {
      expect(runProtocol(sip, [[0, mutant], [1, textBytes(answer('200 OK'))]], { transport: 'udp' }).records.length).toBeLessThan(3); // prettier-ignore
      expect(runProtocol(sip, [[0, mutant], [0, mutant]]).records.length).toBeLessThan(9); // prettier-ignore
    }
  });
});
