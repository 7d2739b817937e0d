/** Signatures of voice, video and what opens the way for them. */
import { read16, read32 } from '../common/binary.ts';
import { areZero, hasText, isText, type Signature, signature, text } from './signature.ts';

export const mediaSignatures: readonly Signature[] = [
  // RFC 8489 5: two zero bits, length a multiple of 4, the magic cookie. DTLS, TURN channels or media may follow.
  signature('stun', 'both', [3478, 3479, 5349, 5350, 19302], {
    starts: ['........2112a442'],
    check: (b, s, n) => n >= 20 && b[s]! < 0x40 && (b[s + 3]! & 3) === 0 && read16(b, s + 2) + 20 <= n,
    isCarrier: true,
  }),
  // RFC 3489 11.1 has no cookie: type, and attributes that fill the length exactly.
  signature('stun', 'udp', [3478, 3479], {
    starts: ['0001', '0101', '0111', '0002', '0102', '0112'],
    check: isClassicStun,
    isCarrier: true,
  }),
  // RFC 3550 5.1: version 2, payload types that are in use, one source; numbers that go on are seen by the token.
  signature('rtp', 'udp', [], { check: isRtp, payloads: 3, token: (b, s) => read32(b, s + 8), isParsed: true }),
  // RFC 3550 6.4: a compound packet begins with a sender or receiver report whose length, and those that follow, fill the datagram.
  signature('rtcp', 'udp', [], { check: isRtcp, isParsed: true }),
  // RFC 7826 (RTSP 2.0) and 2326.
  signature('rtsp', 'tcp', [554, 8554], {
    starts: [
      text('RTSP/1.0 '),
      text('RTSP/2.0 '),
      text('OPTIONS rtsp'),
      text('DESCRIBE rtsp'),
      text('SETUP rtsp'),
      text('PLAY rtsp'),
      text('ANNOUNCE rtsp'),
      text('TEARDOWN rtsp'),
      text('GET_PARAMETER rtsp'),
      text('OPTIONS * RTSP/'),
    ],
  }),
  // RFC 2974 3: version 1, IPv4 or IPv6, then SDP ("v=0") after the optional payload type.
  signature('sap', 'udp', [9875], {
    starts: ['20', '24', '30', '34'],
    check: (b, s, n) => n >= 24 && hasSdp(b, s + 8 + (b[s]! & 0x10 ? 12 : 0) + 4 * b[s + 1]!, s + n),
  }),
  // RTMP: version 3, then time and zeros of the first 1,536 bytes of the handshake.
  signature('rtmp', 'tcp', [1935], { starts: ['03........00000000'], check: (_b, _s, n) => n >= 1025 }),
  // Q.931 in TPKT (ITU-T H.225.0 over TCP): protocol discriminator 8, a call reference of two bytes, SETUP and other messages.
  signature('h323', 'tcp', [1720], {
    starts: ['0300....0802'],
    check: (b, s, n) => n >= 9 && read16(b, s + 2) >= 9 && b[s + 8]! > 0 && b[s + 8]! < 0x80,
  }),
  // RFC 8855 5.1: version 1 (TCP) or 2 (UDP), primitive 1-18, length in words.
  signature('bfcp', 'both', [], {
    starts: ['20', '40'],
    check: (b, s, n) => n >= 12 && b[s + 1]! >= 1 && b[s + 1]! <= 18 && read16(b, s + 2) * 4 + 12 === n && read32(b, s + 4) > 0,
    payloads: 2,
    token: (b, s) => read32(b, s + 4),
  }),
  // RFC 3435 3.1: verb, transaction, endpoint, "MGCP 1.0".
  signature('mgcp', 'udp', [2427, 2727], {
    starts: ['AUEP', 'AUCX', 'CRCX', 'DLCX', 'EPCF', 'MDCX', 'NTFY', 'RQNT', 'RSIP'].map((verb) => text(`${verb} `)),
  }),
  // Skinny: length, header version, message of a known range; several may come at once.
  signature('sccp', 'tcp', [2000], {
    check: areSkinny,
    isPortBound: true,
  }),
  // ITU-T H.248.1 B: Megaco in text, its short form too.
  signature('megaco', 'both', [2944], { starts: [text('MEGACO/'), text('!/1 '), text('!/2 '), text('!/3 ')] }),
  // RFC 6726 3.4 (FLUTE): LCT version 1, the header's length in words, the codec's word, then the file table in XML.
  signature('flute', 'udp', [], {
    starts: ['10', '11', '12'],
    check: (b, s, n) => {
      const at = s + 4 * b[s + 2]! + 4;
      return b[s + 2]! >= 3 && isText(b, at, s + n, '<?xml') && hasText(b, at, s + Math.min(n, 400), '<FDT-Instance');
    },
  }),
  // ISO/IEC 13818-1 2.4.3.2: packets of 188 bytes, each with its sync byte.
  signature('mpeg-ts', 'udp', [1234], { starts: ['47'], check: isTransportStream }),
  // H.225.0 RAS (ITU-T X.691): a choice of 32 kinds, the number of the request, then H.225's object identifier.
  signature('h323', 'udp', [1718, 1719], {
    check: (b, s, n) => n >= 11 && hasIdentifier(b, s + 3, s + Math.min(n, 10)),
  }),
  // UDT 4 and SRT: a handshake as a control packet, then version 4 or 5, kind of socket, sequence, MTU, window.
  signature('srt', 'udp', [], {
    starts: ['8000000000000000................00000004', '8000000000000000................00000005'],
    check: (b, s, n) => n >= 64 && read32(b, s + 28) >= 64 && read32(b, s + 28) <= 9000 && read32(b, s + 32) > 0,
  }),
  // Art-Net: its name, an opcode.
  signature('art-net', 'udp', [6454], { starts: [`${text('Art-Net')}00`] }),
  // ANSI E1.31 and E1.33: preamble, postamble, name.
  signature('sacn', 'udp', [5568], { starts: [`00100000${text('ASC-E1.17')}000000`] }),
];

function isTransportStream(b: Uint8Array, s: number, n: number): boolean {
  if (n < 188 || n % 188 !== 0) return false;
  for (let at = s; at < s + n; at += 188) if (b[at] !== 0x47 || (b[at + 3]! & 0x30) === 0) return false;
  return true;
}

function isClassicStun(b: Uint8Array, s: number, n: number): boolean {
  const length = read16(b, s + 2);
  if (n < 24 || length + 20 !== n) return false;
  let at = s + 20;
  while (at + 4 <= s + n) {
    const type = read16(b, at);
    const isKnown = (type > 0 && type <= 0x17) || (type >= 0x8000 && type <= 0x8080);
    if (!isKnown) return false;
    at += 4 + ((read16(b, at + 2) + 3) & ~3);
  }
  return at === s + n;
}

/** Static payload types of RFC 3551 6 that are assigned, and the dynamic ones. */
function isRtp(b: Uint8Array, s: number, n: number): boolean {
  // Without contributing sources: few mixers name them, and BACnet/IP begins as if there were one.
  if (n < 13 || b[s]! >> 6 !== 2 || (b[s]! & 15) !== 0) return false;
  const type = b[s + 1]! & 0x7f;
  const isAssigned = (type <= 18 && type !== 1 && type !== 2) || type === 25 || type === 26 || type === 28 || (type >= 31 && type <= 34);
  if (!isAssigned && type < 96) return false;
  return read32(b, s + 8) !== 0 && read32(b, s + 4) !== 0;
}

function isRtcp(b: Uint8Array, s: number, n: number): boolean {
  if (n < 8 || (b[s + 1] !== 200 && b[s + 1] !== 201) || (b[s]! & 0x20) !== 0) return false;
  const reports = b[s]! & 31;
  if (read16(b, s + 2) < (b[s + 1] === 200 ? 6 : 1) + 6 * reports) return false;
  let at = s;
  let packets = 0;
  while (at + 4 <= s + n && b[at]! >> 6 === 2 && b[at + 1]! >= 200 && b[at + 1]! <= 207) {
    at += 4 + 4 * read16(b, at + 2);
    packets++;
  }
  return at === s + n && (packets > 1 || n >= 28);
}

/** Messages of at least their kind; the last one may go on in the next segment. */
function areSkinny(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at + 12 <= s + n && areZero(b, at + 2, 2) && areZero(b, at + 10, 2) && b[at + 5] === 0) at += (b[at]! | (b[at + 1]! << 8)) + 8;
  return at === s + n || (at > s + n && n >= 500);
}

function hasSdp(b: Uint8Array, at: number, end: number): boolean {
  return isText(b, at, end, 'v=0') || isText(b, at, end, 'application/sdp\0v=0');
}

/** {itu-t recommendation h 2250 0 version}: 0.0.8.2250.0.v. */
function hasIdentifier(b: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i + 6 <= end; i++)
    if (b[i] === 6 && b[i + 1] === 0 && b[i + 2] === 8 && b[i + 3] === 0x91 && b[i + 4] === 0x4a && b[i + 5] === 0) return true;
  return false;
}
