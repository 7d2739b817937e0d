import type { DetectorModule, EchoView } from '@wirecase/detect';
import { testPlatform } from '@wirecase/testkit';
import { concatenate, ethernet, icmp, icmpv6, ipv4, ipv6, pcap, u8 } from '@wirecase/testkit/packets';
import { expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';

/** What detectors are told of frames, as copies: views are valid during the call. */
function toldOf(...frames: Uint8Array[]): EchoView[] {
  return toldOfRecords(frames.map((data) => ({ data })));
}

function toldOfRecords(records: { data: Uint8Array; originalLength?: number }[]): EchoView[] {
  const told: EchoView[] = [];
  const listener: DetectorModule = {
    rule: { id: 'listener', name: '', version: '1', needs: [], doc: '' },
    options: {},
    create: () => ({ echo: (_packet, message) => void told.push(structuredClone(message)), finish: () => {} }),
  };
  const sink = { record: () => {} };
  const analyzer = new Analyzer({ platform: testPlatform, sink, captureSha256: new Uint8Array(32), detectors: [listener] });
  analyzer.push(pcap(records));
  analyzer.finish();
  return told;
}
const addresses = { source: '10.0.0.1', destination: '10.0.0.2' };
const request = (data: Uint8Array) => ethernet({}, ipv4(addresses, icmp(8, 0, 0x0007_0001, data)));
/** What ping sends: the time, then 0x10, 0x11 ... */
const ping = (time: number, bytes: number) =>
  concatenate(
    new Uint8Array(16).fill(time),
    Uint8Array.from({ length: bytes - 16 }, (_, i) => 16 + i),
  );

it('tells requests and replies of both versions, with identifier, sequence and bytes', () => {
  const six = { source: 'fe80::1', destination: 'fe80::2' };
  const frames = [
    request(ping(1, 56)),
    ethernet({}, ipv4(addresses, icmp(0, 0, 0x0007_0002, u8(1)))),
    ethernet({}, ipv6(six, icmpv6(128, 0, 0x0007_0003, u8()))),
    ethernet({}, ipv6(six, icmpv6(129, 0, 0x0007_0004, u8(1, 2)))),
    ethernet({}, ipv4(addresses, icmp(13, 0, 0x0007_0005, u8()))),
  ];
  expect(toldOf(...frames)).toMatchObject([
    { isReply: false, id: 0x0007_0001, bytes: 56 },
    { isReply: true, id: 0x0007_0002, bytes: 1 },
    { isReply: false, id: 0x0007_0003, bytes: 0 },
    { isReply: true, id: 0x0007_0004, bytes: 2 },
  ]);
});

it('sees the contents of short messages behind what a clock changes', () => {
  // Linux: seconds and microseconds, 8 bytes each, little-endian, then 0x10 ... ; macOS: 4 bytes each, big-endian, then 8, 9 ...
  const linux = (micros: number) => request(u8(1 + micros, 2, 0, 0, 0, 0, 0, 0, micros, 7, 1, 0, 0, 0, 0, 0, 0x10, 0x11));
  const mac = (micros: number) => request(u8(0x6a, 0x5b, micros, 1, 0, 1, 2, micros, 8, 9, 10, 11, 12, 13));
  const contents = toldOf(linux(1), linux(200), mac(1), mac(200)).map(({ content }) => content);
  expect(contents[1]).toBe(contents[0]);
  expect(contents[3]).toBe(contents[2]);
  const texts = toldOf(request(Buffer.from('root:x:0:0:ro')), request(Buffer.from('daemon:x:1:1:'))).map(({ content }) => content);
  expect(texts[1]).not.toBe(texts[0]);
});

it('sees the same contents in pings of different times and lengths', () => {
  const [first, later, longer] = toldOf(request(ping(1, 56)), request(ping(2, 56)), request(ping(1, 1400))) as [
    EchoView,
    EchoView,
    EchoView,
  ];
  expect(later.content).toBe(first.content);
  expect(later.start).not.toBe(first.start);
  expect(longer.content).toBe(first.content);
});

it.each([
  ['short', u8(1, 2, 3), u8(1, 2, 4)],
  ['long', ping(1, 56).with(47, 0), ping(1, 56)],
])('sees other contents in %s data', (_, one, other) => {
  const [a, b] = toldOf(request(one), request(other)) as [EchoView, EchoView];
  expect(a.content).not.toBe(b.content);
});

it('knows no contents of what was cut', () => {
  const whole = request(ping(1, 1400));
  const cut = { data: whole.subarray(0, 60), originalLength: whole.length };
  expect(toldOfRecords([cut])).toMatchObject([{ bytes: 1400, start: -1, content: -1 }]);
  expect(toldOfRecords([{ ...cut, data: whole.subarray(0, 40) }])).toEqual([]); // within the header of ICMP
});
