import { parseIp } from '@wirecase/contract';
import { hexBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { readName } from './domain-name.ts';
import { dns, mdns } from './parser.ts';

const udp = { transport: 'udp', destinationPort: 53 } as const;

const query = hexBytes(`
  1234 0100 0001 0000 0000 0000        # id, RD, one question
  03 777777 07 6578616d706c65 03 636f6d 00  # www.example.com
  0001 0001                            # A IN`);
const response = hexBytes(`
  1234 8180 0001 0002 0000 0000        # id, QR RD RA, one question, two answers
  03 777777 07 6578616d706c65 03 636f6d 00
  0001 0001
  c00c 0005 0001 00000e10 0006 03 637931 c010  # CNAME cy1.example.com, pointer to "example.com"
  c02d 0001 0001 0000003c 0004 c0000201        # A 192.0.2.1 of cy1.example.com`);

const framed = (message: Uint8Array): Uint8Array => Uint8Array.from([message.length >> 8, message.length & 255, ...message]);

/** A response to `1234 www.example.com` whose answer section is `answers`, `count` records. */
const responseWith = (count: string, answers: string): Uint8Array =>
  hexBytes(`1234 8180 0001 ${count} 0000 0000 03 777777 07 6578616d706c65 03 636f6d 00 0001 0001 ${answers}`);

describe('dns over UDP', () => {
  it('matches a response with its query into one record', () => {
    const { records, weirds } = runProtocol(
      dns,
      [
        [0, query],
        [1, response],
      ],
      udp,
    );
    expect(records).toEqual([
      {
        record: 'dns',
        packet: 2,
        dnsId: 0x1234,
        questionName: 'www.example.com',
        questionType: 'A',
        questionClass: 'IN',
        opCode: 'QUERY',
        responseCode: 'NOERROR',
        headerFlags: ['RD', 'RA'],
        answerNames: ['www.example.com', 'cy1.example.com'],
        answerTypes: ['CNAME', 'A'],
        answerTtls: [3600, 60],
        answerData: ['cy1.example.com', '192.0.2.1'],
        resolvedIps: [parseIp('192.0.2.1')],
        rtt: 1_000_000n,
        bytes: query.length + response.length,
        labelMax: 7,
        entropy: 3.19,
      },
    ]);
    expect(weirds).toEqual({});
  });

  it('emits an unanswered query at the end, at its own packet', () => {
    const other = query.with(1, 0x35);
    const { records } = runProtocol(
      dns,
      [
        [0, query],
        [0, other],
        [1, response],
      ],
      udp,
    );
    expect(records.map((r) => [r['dnsId'], r['responseCode'], r['packet'], r['rtt']])).toEqual([
      [0x1234, 'NOERROR', 3, 2_000_000n],
      [0x1235, null, 2, null],
    ]);
  });

  it('counts a retry with its first query', () => {
    const { records, weirds } = runProtocol(
      dns,
      [
        [0, query],
        [0, query],
        [1, response],
      ],
      udp,
    );
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ rtt: 2_000_000n, bytes: 2 * query.length + response.length });
    expect(weirds).toEqual({});
  });

  it('keeps a response without a query and says so', () => {
    const { records, weirds } = runProtocol(dns, [[1, response]], udp);
    expect(records).toMatchObject([{ questionName: 'www.example.com', responseCode: 'NOERROR', rtt: null }]);
    expect(weirds).toEqual({ dns_unmatched_response: 1 });
  });

  it('takes queries from the responder too', () => {
    const { records } = runProtocol(
      dns,
      [
        [1, query],
        [0, response],
      ],
      udp,
    );
    expect(records).toMatchObject([{ responseCode: 'NOERROR', rtt: 1_000_000n }]);
  });

  it('ends a query whose id is used again for another question', () => {
    const other = query.with(13, 0x78); // xww.example.com
    const { records, weirds } = runProtocol(
      dns,
      [
        [0, query],
        [0, other],
        [1, response],
      ],
      udp,
    );
    expect(records.map((r) => [r['questionName'], r['responseCode']])).toEqual([
      ['www.example.com', null],
      ['xww.example.com', 'NOERROR'],
    ]);
    expect(weirds).toEqual({ dns_id_reused: 1 });
  });

  it('bounds the queries that wait', () => {
    const many: Delivery[] = Array.from({ length: 600 }, (_, i) => [0, query.with(0, i >> 8).with(1, i & 255)]);
    const { records, weirds } = runProtocol(dns, many, udp);
    expect(records).toHaveLength(600);
    expect(weirds).toEqual({ dns_pending_limit: 88 });
  });

  it('does not match mDNS, where every id is 0 and anyone may answer', () => {
    const question = hexBytes('0000 0000 0001 0000 0000 0000 05 5f69707031 05 6c6f63616c 00 000c 8001');
    const answer = hexBytes('0000 8400 0000 0001 0000 0000 03 707274 05 6c6f63616c 00 0001 8001 00000078 0004 c0a80105');
    const { records, weirds } = runProtocol(
      dns,
      [
        [0, question],
        [0, answer],
      ],
      { transport: 'udp', sourcePort: 5353, destinationPort: 5353 },
    );
    expect(records).toMatchObject([
      { questionName: '_ipp1.local', questionType: 'PTR', questionClass: 'IN', responseCode: null },
      { questionName: null, responseCode: 'NOERROR', headerFlags: ['AA'], answerData: ['192.168.1.5'] },
    ]);
    expect(weirds).toEqual({});
  });

  const data: [string, string, string, string][] = [
    ['AAAA', '001c 0001 00000001 0010 20010db8000000000000000000000001', 'AAAA', '2001:db8::1'],
    ['NS', '0002 0001 00000001 0005 02 6e73 c010', 'NS', 'ns.example.com'],
    ['MX', '000f 0001 00000001 0009 000a 04 6d61696c c010', 'MX', '10 mail.example.com'],
    ['TXT of two strings', '0010 0001 00000001 0008 03 613d62 03 633d64', 'TXT', 'a=b c=d'],
    ['TXT with a terminal escape', '0010 0001 00000001 0006 05 1b5b33316d', 'TXT', '\\x1b[31m'],
    [
      'SOA',
      '0006 0001 00000001 001a 026e73 c010 0161 c010 0000000100000002000000030000000400000005',
      'SOA',
      'ns.example.com a.example.com',
    ],
    ['SRV', '0021 0001 00000001 000a 0001 0002 0050 01 61 c010', 'SRV', '1 2 80 a.example.com'],
    ['a type without a name', 'fde8 0001 00000001 0003 010203', 'TYPE65000', '\\# 3 010203'],
    ['an A record of five bytes', '0001 0001 00000001 0005 0102030405', 'A', '\\# 5 0102030405'],
    ['a TTL with its top bit set, which is zero (RFC 2181 8)', '0001 0001 ffffffff 0004 01020304', 'A', '1.2.3.4'],
  ];
  it.each(data)('reads %s', (_name, record, type, text) => {
    const length = hexBytes(record).length - 10;
    const withLength = `${record.replaceAll(' ', '').slice(0, 16)}${length.toString(16).padStart(4, '0')}${record.replaceAll(' ', '').slice(20)}`;
    const { records, weirds } = runProtocol(dns, [[1, responseWith('0001', `c00c ${withLength}`)]], udp);
    expect(records).toMatchObject([{ answerTypes: [type], answerData: [text] }]);
    expect(records[0]!['answerTtls']).toEqual([record.includes('ffffffff') ? 0 : 1]);
    expect(weirds).toEqual({ dns_unmatched_response: 1 });
  });

  it('escapes a dot inside a label', () => {
    const dotted = hexBytes('1234 0100 0001 0000 0000 0000 03 612e62 00 0001 0001');
    expect(runProtocol(dns, [[0, dotted]], udp).records).toMatchObject([{ questionName: 'a\\.b', labelMax: 3 }]);
  });

  it('writes the root as a dot', () => {
    const root = hexBytes('1234 0100 0001 0000 0000 0000 00 0002 0001');
    expect(runProtocol(dns, [[0, root]], udp).records).toMatchObject([{ questionName: '.', questionType: 'NS' }]);
  });

  const faults: [string, Uint8Array, string][] = [
    ['a pointer to itself', hexBytes('1234 0100 0001 0000 0000 0000 c00c 0001 0001'), 'dns_label_loop'],
    ['a pointer forward', hexBytes('1234 0100 0001 0000 0000 0000 c00e 0001 0001'), 'dns_label_loop'],
    ['a pointer into the header', hexBytes('1234 0100 0001 0000 0000 0000 c002 0001 0001'), 'dns_label_loop'],
    ['a pointer back into its own labels', hexBytes('1234 0100 0001 0000 0000 0000 0161 c00c 0001 0001'), 'dns_label_loop'],
    ['a label of a reserved kind', hexBytes('1234 0100 0001 0000 0000 0000 40 00 0001 0001'), 'dns_bad_label'],
    [
      'a name of 256 bytes',
      hexBytes(`1234 0100 0001 0000 0000 0000 ${('3f' + '61'.repeat(63)).repeat(4)} 00 0001 0001`),
      'dns_name_too_long',
    ],
    ['fewer answers than announced', responseWith('0002', 'c00c 0001 0001 00000001 0004 01020304'), 'dns_truncated_message'],
    ['two questions', hexBytes('1234 0100 0002 0000 0000 0000 0161 00 0001 0001 0162 00 0001 0001'), 'dns_many_questions'],
  ];
  it.each(faults)('says that there is %s', (_name, message, weird) => {
    const { records, weirds } = runProtocol(dns, [[0, message]], udp);
    expect(records.length).toBeGreaterThan(0);
    expect(weirds[weird]).toBe(1);
  });

  it('has a row for each question of a message, the answers in the first', () => {
    const asked = '0000 0000 0002 0000 0000 0000 045f736d62 065f6c6f63616c 00 000c 0001 c00c 0021 8001';
    const mdnsPort = { transport: 'udp', destinationPort: 5353 } as const;
    const { records, weirds } = runProtocol(mdns, [[0, hexBytes(asked)]], mdnsPort);
    expect(records).toMatchObject([
      { questionName: '_smb._local', questionType: 'PTR', questionClass: 'IN', bytes: hexBytes(asked).length },
      { questionName: '_smb._local', questionType: 'SRV', questionClass: 'IN', bytes: 0, responseCode: null },
    ]);
    expect(weirds).toEqual({});
    const many = hexBytes(`0000 0000 0040 0000 0000 0000 ${'0161 00 0001 0001'.repeat(64)}`);
    expect(runProtocol(mdns, [[0, many]], mdnsPort).records).toHaveLength(33);
  });

  it('keeps the answers before a fault', () => {
    const message = responseWith('0002', 'c00c 0001 0001 00000001 0004 01020304 ffff');
    expect(runProtocol(dns, [[1, message]], udp).records).toMatchObject([{ answerData: ['1.2.3.4'] }]);
  });

  it('bounds the pointers of a name, so that a message of nothing else costs its length and not its square', () => {
    // The root, then pointers, each to the one before.
    const chain = (pointers: number) => {
      const targets = Array.from({ length: pointers }, (_, i) => (i === 0 ? 12 : 11 + 2 * i));
      const bytes = Uint8Array.from([...new Uint8Array(13), ...targets.flatMap((target) => [0xc0 | (target >> 8), target & 255])]);
      let reads = 0;
      const counted = new Proxy(bytes, { get: (target, key) => (reads++, Reflect.get(target, key)) });
      return { name: readName(counted, 0, bytes.length, bytes.length - 2), reads };
    };
    expect(chain(128)).toMatchObject({ name: { text: '.', problem: null } });
    const long = chain(8000);
    expect(long).toMatchObject({ name: { problem: 'dns_label_loop' } });
    expect(long.reads).toBeLessThan(400);
  });

  it('bounds the answers kept', () => {
    const message = responseWith('0065', 'c00c 0001 0001 00000001 0004 01020304'.repeat(101));
    const { records, weirds } = runProtocol(dns, [[1, message]], udp);
    expect(records[0]!['answerData']).toHaveLength(100);
    expect(weirds).toMatchObject({ dns_many_answers: 1 });
  });

  it('survives truncation at every byte', () => {
    for (let length = 0; length < response.length; length++) {
      const { records, weirds } = runProtocol(dns, [[1, response.slice(0, length)]], udp);
      expect(records).toHaveLength(length < 12 ? 0 : 1);
      expect(weirds['dns_truncated_message'], `${length} bytes`).toBe(1);
    }
  });

  it('never throws and never emits more than 33 records a datagram (20,000 mutants)', () => {
    for (const mutant of mutants(response, 20_000)) expect(runProtocol(dns, [[1, mutant]], udp).records.length).toBeLessThanOrEqual(33);
  });
});

describe('dns over TCP', () => {
  const deliveries: Delivery[] = [
    [0, framed(query)],
    [1, Uint8Array.from([...framed(response), ...framed(response.with(1, 0x35))])],
  ];

  it('gives the same records wherever the segments are cut', () => {
    const whole = runProtocol(dns, deliveries);
    expect(whole.records).toHaveLength(2);
    for (let cutAt = 1; cutAt < 2 * framed(response).length; cutAt++)
      expect(runProtocol(dns, deliveries, { cutAt }), `${cutAt}`).toEqual(whole);
    for (const pieceBytes of [1, 2, 3, 7]) expect(runProtocol(dns, deliveries, { pieceBytes })).toEqual(whole);
  });

  it('stops a direction whose bytes are missing', () => {
    const { records, wantsMore } = runProtocol(dns, [
      [0, framed(query)],
      [1, 10],
      [1, framed(response)],
    ]);
    expect(records).toMatchObject([{ responseCode: null }]);
    expect(wantsMore).toEqual([true, false]);
  });

  it('never throws (5,000 mutants in pieces)', () => {
    const stream = deliveries[1]![1] as Uint8Array;
    for (const mutant of mutants(stream, 5000)) expect(() => runProtocol(dns, [[1, mutant]], { pieceBytes: 5 })).not.toThrow();
  });
});

describe('dns probe', () => {
  const probe = (bytes: Uint8Array, transport: 'udp' | 'tcp', port: number) =>
    dns.probe(transport, 0, bytes, 0, bytes.length, 40_000, port);

  it('knows DNS on any port', () => {
    expect(probe(query, 'udp', 53)).toBe('yes');
    expect(probe(query, 'udp', 9999)).toBe('yes');
    expect(probe(response, 'udp', 9999)).toBe('yes');
    expect(probe(framed(query), 'tcp', 53)).toBe('yes');
    expect(probe(framed(query), 'tcp', 9999)).toBe('yes');
  });

  it('waits for more of a stream as long as it may be DNS', () => {
    const stream = framed(query);
    for (let length = 0; length < stream.length; length++)
      expect(probe(stream.slice(0, length), 'tcp', 9999), `${length} bytes`).toBe('more');
  });

  it('does not take other protocols for DNS', () => {
    expect(probe(query, 'udp', 137)).toBe('no');
    expect(probe(hexBytes('00'.repeat(40)), 'udp', 9999)).toBe('no');
    expect(probe(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 'tcp', 53)).toBe('no');
    expect(probe(hexBytes('160301 0200 010001fc0303 0102030405060708'), 'tcp', 53)).toBe('no');
  });
});
