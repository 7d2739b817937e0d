import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { PacketScript, Pcapng, tcp } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/wirecase.mjs', import.meta.url));
const forms = fileURLToPath(new URL('../../../e2e/traces/forms/', import.meta.url));
let directory = '';

/** Runs `wirecase analyze` in the directory of the captures. */
function analyze(args: readonly string[], input?: Uint8Array) {
  const { status, stdout, stderr } = spawnSync(bin, ['analyze', ...args], { cwd: directory, input, encoding: 'utf8' });
  return { status, stdout, stderr, lines: stdout.split('\n').filter(Boolean) };
}
const rowsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Record<string, never>);

const script = new PacketScript();
const talk = script.tcp('10.0.0.1', '10.0.0.2', 80).handshake();
talk.send('a', 'GET /x?q=1 HTTP/1.1\r\nHost: example.com\r\n\r\n').send('b', 'HTTP/1.1 204 No Content\r\n\r\n').fin('a').fin('b').ack('a');
const capture = script.capture();
const scan = new PacketScript();
for (let i = 0; i < 300; i++) scan.at(i / 100).ip('10.0.0.1', '10.0.0.2', tcp({ sourcePort: 50_000, destinationPort: i + 1, flags: 'S' }));

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wirecase-cli-'));
  const files = {
    'web.pcap': capture,
    'scan.pcap': scan.capture(),
    'web.pcap.gz': gzipSync(capture),
    'web.pcap.zst': zstdCompressSync(capture),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
  writeFileSync(join(directory, 'cut.pcap'), capture.subarray(0, -20));
  writeFileSync(join(directory, 'cut.pcap.gz'), gzipSync(capture).subarray(0, -20));
  writeFileSync(join(directory, 'letter.txt'), 'Dear reader, this is no capture at all.');
  writeFileSync(join(directory, 'empty.pcap'), '');
  writeFileSync(join(directory, 'cut.cap'), Buffer.from('58435000303032', 'hex'));
  symlinkSync('web.pcap', join(directory, 'link.pcap'));
  const made = (command: string) => execFileSync('sh', ['-c', command], { cwd: directory });
  made('xz -k web.pcap; lz4 -q web.pcap web.pcap.lz4; zip -q one.zip web.pcap letter.txt; zip -q two.zip web.pcap scan.pcap letter.txt');
  for (const name of readdirSync(forms)) copyFileSync(join(forms, name), join(directory, name));
  for (const name of ['http.pcap', 'sample.pcapng']) copyFileSync(join(forms, '..', name), join(directory, name));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('wirecase analyze', () => {
  it('prints one JSON object a line, "record" first, the capture last', () => {
    const { status, lines, stderr } = analyze(['web.pcap']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines.every((line) => line.startsWith('{"record":"'))).toBe(true);
    const rows = rowsOf(lines);
    expect(rows.map(({ record }) => record)).toEqual(['http', 'flow', 'host', 'host', 'quality', 'quality', 'quality', 'capture']);
    expect(rows[1]).toMatchObject({
      event: { start: '2023-11-14T22:13:20.000000000Z' },
      source: { ip: '10.0.0.1', port: 40000, packets: 5 },
      network: { transport: 'tcp', protocol: ['http'] },
      wirecase: { flow: { state: 'SF', history: 'ShADdFf', ip_bytes: { source: 242 } } },
    });
    expect(rows.at(-1)).toMatchObject({ path: 'web.pcap', packets: 8, flows: 1, non_flow: {}, damaged: [], link_types: ['ETHERNET'] });
  });

  it('reads several files one after the other, and goes on after one that cannot be read', () => {
    const { status, lines, stderr } = analyze(['web.pcap', 'letter.txt', 'missing.pcap', 'empty.pcap', 'link.pcap']);
    expect(rowsOf(lines).filter(({ record }) => record === 'capture')).toMatchObject([{ path: 'web.pcap' }, { path: 'link.pcap' }]);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^letter\.txt: .*text/),
      expect.stringMatching(/^missing\.pcap: there is no such file/),
      expect.stringMatching(/^empty\.pcap: .*no bytes/),
    ]);
    expect(status).toBe(2);
  });

  const withoutIds = (lines: readonly string[]) =>
    lines.slice(0, -1).map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/g, ''));

  it.each(['web.pcap.gz', 'web.pcap.zst', 'web.pcap.xz', 'web.pcap.lz4', 'one.zip'])('gives the same rows for %s, but for ids', (name) => {
    const plain = analyze(['web.pcap']);
    const packed = analyze([name]);
    expect(withoutIds(packed.lines)).toEqual(withoutIds(plain.lines));
  });

  it.each(['http.snoop', 'http.pcap.xz', 'http.pcapng.lz4', 'http.zip', 'http-netmon2.cap', 'http-ngsniffer.cap'])(
    'gives the rows of the same packets in %s, converted by editcap where it must be',
    (name) => {
      // Sniffer's clock is coarser, and Network Monitor counts from its own start.
      const fields = (lines: readonly string[]) =>
        rowsOf(withoutIds(lines)).map(({ record, source, destination, network, http }) => ({ record, source, destination, network, http }));
      const { status, stderr, lines } = analyze([name]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(fields(lines)).toEqual(fields(analyze(['http.pcap']).lines));
    },
  );

  it('reads each capture of a ZIP archive as one of its own, with ids of its own', () => {
    const { status, lines } = analyze(['two.zip']);
    expect(status).toBe(0);
    const rows = rowsOf(lines);
    expect(rows.filter(({ record }) => record === 'capture')).toMatchObject([{ path: 'two.zip/web.pcap' }, { path: 'two.zip/scan.pcap' }]);
    const ids = rows
      .filter(({ record }) => record === 'flow')
      .map((row) => (row as unknown as { wirecase: { flow: { id: string } } }).wirecase.flow.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says what a capture of another format is, and how to convert it, where that fails here', () => {
    const result = spawnSync(process.execPath, [bin, 'analyze', 'cut.cap'], { cwd: directory, encoding: 'utf8' });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/looks like a NetXRay capture.*editcap -F pcapng FILE NEW\.pcapng/);
  });

  it.each(['cut.pcap', 'cut.pcap.gz'])('says what is damaged in %s, gives what is readable and exits 0', (name) => {
    const { status, lines, stderr } = analyze([name]);
    expect(status).toBe(0);
    expect(stderr).toMatch(new RegExp(`^${name}: damaged at offset \\d+`));
    const capture = rowsOf(lines).at(-1)!;
    expect(capture['packets']).toBe(7);
    expect(capture['damaged']).toContainEqual({
      offset: expect.any(Number),
      length: expect.any(Number),
      reason: expect.stringMatching(/cut short/),
    });
  });

  it('says what a pcapng capture holds beside its packets', () => {
    const ng = new Pcapng();
    const comment = { options: [[1, Buffer.from('odd \u001b[31m')] as [number, Uint8Array]] };
    const blocks = [ng.section(), ng.interface(), ng.packet(0, 1n, new Uint8Array(60)), ng.packet(0, 2n, new Uint8Array(60), comment)];
    const secrets = ng.block(10, Buffer.from('4b534c540400000041424344', 'hex'));
    const row = rowsOf(analyze(['-'], Buffer.concat([...blocks, secrets, ng.block(0x7777, new Uint8Array(4))])).lines).at(-1);
    expect(row).toMatchObject({ packets: 2, comments: [{ packet: 2 }], decryption_secrets: 1, skipped_blocks: 1, damaged: [] });
    expect(JSON.stringify(row)).not.toContain('\\u001b');
  });

  it('reads standard input', () => {
    expect(rowsOf(analyze(['-'], capture).lines).at(-1)).toMatchObject({ path: '-', packets: 8 });
  });

  it('prints only the records that are wanted', () => {
    expect(rowsOf(analyze(['--records', 'http,capture', 'web.pcap']).lines).map(({ record }) => record)).toEqual(['http', 'capture']);
  });

  it('collapses a scan and raises its alert, unless told not to', () => {
    const flows = (lines: readonly string[]) => rowsOf(lines).filter(({ record }) => record === 'flow').length;
    const usual = analyze(['scan.pcap']);
    expect(flows(usual.lines)).toBeLessThan(150);
    expect(rowsOf(usual.lines).some(({ record }) => record === 'alert')).toBe(true);
    const bare = analyze(['--no-collapse', '--no-alerts', 'scan.pcap']);
    expect(flows(bare.lines)).toBe(300);
    expect(rowsOf(bare.lines).some(({ record }) => record === 'alert')).toBe(false);
  });

  it('makes Community IDs with the seed that is given', () => {
    const ids = (...args: string[]) => rowsOf(analyze(['--records', 'flow', ...args, 'web.pcap']).lines).map(({ network }) => network);
    expect(ids('--community-id-seed', '0')).toEqual(ids());
    expect(ids('--community-id-seed', '1')).not.toEqual(ids());
  });

  it('refuses what unpacks to more than allowed', () => {
    const { status, stderr } = analyze(['--max-bytes', '100', 'web.pcap.gz']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('100 bytes') });
  });

  it.each([
    [[], 'at least one file'],
    [['--format', 'xml', 'web.pcap'], 'no format xml'],
    [['--records', 'flow,nonsense', 'web.pcap'], 'no record nonsense'],
    [['--format', 'zeek', '--records', 'dns', 'web.pcap'], 'The format zeek has no form for the record dns, only for flow.'],
    [['--community-id-seed', '65536', 'web.pcap'], 'from 0 to 65535'],
    [['--no-such-option', 'web.pcap'], '--no-such-option'],
  ])('explains wrong usage: %j', (args, message) => {
    const { status, stdout, stderr } = analyze(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('ends quietly when its reader goes away', () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', `"${bin}" analyze --no-collapse scan.pcap scan.pcap scan.pcap | head -n 1`], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });
});

describe('other formats', () => {
  it('table: aligned columns, alerts and totals', () => {
    const { lines } = analyze(['--format', 'table', 'web.pcap']);
    expect(lines[0]).toMatch(/^start +source +destination +proto/);
    expect(lines[1]).toMatch(/10\.0\.0\.1:40000 +10\.0\.0\.2:80 +tcp +http +SF +5\/3/);
    expect(lines.at(-1)).toMatch(/^web\.pcap: 8 packets, \d+ bytes, 1 flows$/);
    expect(analyze(['--format', 'table', 'scan.pcap']).stdout).toMatch(/^ALERT \d+ Port scan at 2023-/m);
  });

  it('zeek: conn.log with as many values as fields', () => {
    const { lines } = analyze(['--format', 'zeek', 'web.pcap']);
    const fields = lines
      .find((line) => line.startsWith('#fields'))!
      .split('\t')
      .slice(1);
    const values = lines.at(-1)!.split('\t');
    expect(values).toHaveLength(fields.length);
    const conn = Object.fromEntries(fields.map((name, i) => [name, values[i]]));
    expect(conn).toMatchObject({
      ts: '1700000000.000000',
      'id.resp_p': '80',
      proto: 'tcp',
      service: 'http',
      conn_state: 'SF',
      duration: '0.007000',
    });
  });

  it('eve: flow and protocol events with one flow_id', () => {
    const [http, flow] = rowsOf(analyze(['--format', 'eve', 'web.pcap']).lines);
    const said = { hostname: 'example.com', url: '/x?q=1', http_method: 'GET', protocol: 'HTTP/1.1', status: 204 };
    expect(http).toMatchObject({ event_type: 'http', http: said });
    expect(flow).toMatchObject({ event_type: 'flow', proto: 'TCP', app_proto: 'http', flow: { pkts_toserver: 5, state: 'closed' } });
    expect(http!['flow_id']).toBe(flow!['flow_id']);
  });

  it("eve: in the forms of Suricata's schema", () => {
    const events = rowsOf(analyze(['--format', 'eve', 'sample.pcapng']).lines) as unknown as Record<string, Record<string, unknown>>[];
    const first = (type: string) => events.find((event) => (event['event_type'] as unknown) === type)!;
    for (const { timestamp } of events) expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/);
    expect(first('dns')['dns']).toEqual({
      ...{ version: 2, type: 'answer', id: expect.any(Number), qr: true, aa: true, rd: true, ra: true },
      ...{ rrname: 'www.example.test', rrtype: 'A', rcode: 'NOERROR' },
      answers: [{ rrname: 'www.example.test', rrtype: 'A', ttl: 0, rdata: '10.20.0.2' }],
    });
    const hash = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(first('tls')['tls']).toEqual({
      ...{ sni: 'www.example.test', version: 'TLS 1.3', ja3: { hash }, ja3s: { hash } },
      ja4: expect.stringMatching(/^t13d/),
    });
    expect(first('alert')['alert']).toEqual({
      ...{ action: 'allowed', gid: 1, signature_id: expect.any(Number), rev: expect.any(Number) },
      ...{ signature: expect.any(String), category: expect.any(String), severity: expect.any(Number) },
      metadata: expect.objectContaining({ alert_id: [expect.any(String)], rule: [expect.any(String)] }),
    });
  });
});
