import { describe, expect, it } from 'vitest';
import { importIndicators, MOST_INDICATORS } from './indicator-import.ts';
import type { Indicator } from './indicator.ts';

const taken = (text: string) => importIndicators(text).indicators.map(({ type, value }) => `${type} ${value}`);
const reportOf = (text: string) => importIndicators(text).report;
const md5 = 'D41D8CD98F00B204E9800998ECF8427E';
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('lines', () => {
  it.each([
    ['198.51.100.7', 'ip 198.51.100.7'],
    ['2001:DB8:0:0::1', 'ip 2001:db8::1'],
    ['198.51.100.77/24', 'cidr 198.51.100.0/24'],
    ['2001:db8:ffff::/33', 'cidr 2001:db8:8000::/33'],
    ['Evil.Example.', 'domain evil.example'],
    ['*.evil.example', 'domain evil.example'],
    ['evil[.]example', 'domain evil.example'],
    ['hxxp://Evil[.]example:80/A?b=C#d', 'url http://evil.example/A?b=C'],
    ['evil.example/path', 'url http://evil.example/path'],
    ['http://evil.example?x', 'url http://evil.example/?x'],
    [md5, `md5 ${md5.toLowerCase()}`],
    [sha1, `sha1 ${sha1}`],
    [sha256, `sha256 ${sha256}`],
    ['t13d1516h2_8daaf6152771_e5627efa2ab1', 'ja4 t13d1516h2_8daaf6152771_e5627efa2ab1'],
    [`ja3,${md5}`, `ja3 ${md5.toLowerCase()}`],
    ['cert-sha1,DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09', `cert-sha1 ${sha1}`],
    [`cert-sha256,${sha256}`, `cert-sha256 ${sha256}`],
    ['ip,198.51.100.0/24', 'cidr 198.51.100.0/24'],
    ['domain;evil.example;seen in May', 'domain evil.example'],
    ['hostname,"evil.example","said ""so"", twice"', 'domain evil.example'],
  ])('%s is %s', (line, expected) => {
    expect(taken(line)).toEqual([expected]);
  });

  it('keep their comment, without control characters', () => {
    const { indicators } = importIndicators('type,value,comment\n198.51.100.7,a\u001b[31m note\ndomain,evil.example,"one, two"\n');
    expect(indicators).toEqual<Indicator[]>([
      { type: 'ip', value: '198.51.100.7', comment: 'a [31m note' },
      { type: 'domain', value: 'evil.example', comment: 'one, two' },
    ]);
  });

  it.each([
    [
      'ThreatFox',
      '#####\n# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","malware_printable"\n#\n' +
        '"2024-05-01 10:00:00", "1", "198.51.100.7:443", "ip:port", "botnet_cc", "Bad"\n' +
        `"2024-05-01 10:00:00", "2", "${sha256}", "sha256_hash", "payload", "Bad"`,
      ['ip 198.51.100.7', `sha256 ${sha256}`],
      'botnet_cc, Bad',
    ],
    [
      'URLhaus',
      '# id,dateadded,url,url_status,last_online,threat,tags\n"3","2024-05-01","http://evil.example/a","online","","malware_download","elf,Mozi"',
      ['url http://evil.example/a'],
      'malware_download',
    ],
    [
      'Feodo Tracker',
      'first_seen_utc,dst_ip,dst_port,c2_status,last_online,malware\n2024-05-01,198.51.100.8,443,online,2024-05-02,Pikabot',
      ['ip 198.51.100.8'],
      'Pikabot',
    ],
    [
      'OTX',
      'Indicator type,Indicator,Description\nIPv4,198.51.100.9,\nhostname,evil.example,C2',
      ['ip 198.51.100.9', 'domain evil.example'],
      null,
    ],
    ['a table of hashes', `name;md5;sha256\nit.exe;${md5};${sha256}`, [`md5 ${md5.toLowerCase()}`, `sha256 ${sha256}`], 'it.exe'],
  ])('are the table of %s too', (_name, text, expected, comment) => {
    expect(taken(text)).toEqual(expected);
    expect(reportOf(text).notRead).toBe(0);
    expect(importIndicators(text).indicators[0]!.comment).toBe(comment);
  });

  it('are no header where they begin with a type and what is no value', () => {
    expect(() => importIndicators('domain,localhost')).toThrow(/whole top-level domain or a bare word/);
    expect(reportOf('# id,url,threat\n\n1,,\n2,evil.example/a,')).toMatchObject({ taken: 1, notRead: 1, problems: [{ line: 3 }] });
  });

  it.each([
    ['ip,198.51.100.256', /"198\.51\.100\.256" is no address; write/],
    ['cidr,10.0.0.0/33', /is no network/],
    ['domain,com', /whole top-level domain/],
    ['domain,198.51.100.7', /give it the type ip/],
    ['domain,bücher.example', /xn--/],
    ['domain,evil .example', /without scheme, port or path/],
    ['md5,abc', /32 hexadecimal digits/],
    ['ja4,t13', /is no JA4/],
    ['url,http://', /is no URL/],
    ['email,a@evil.example', /no type; known are ip, cidr/],
    ['what is this', /write type,value/],
    ['ip,', /empty/],
    ['domain,"evil.example', /quote is not closed/],
    [`domain,${'a.'.repeat(2000)}example`, /longer than 2048/],
    [`${'a'.repeat(16_000)} /`, /write type,value/],
    [','.repeat(20_000), /line is longer than 16384/],
  ])('%s is refused, with its line and what to do', (line, problem) => {
    const report = reportOf(`# comment\n\n198.51.100.7\n${line}\n`);
    expect(report).toMatchObject({ taken: 1, notRead: 1, problems: [{ line: 4, text: expect.stringMatching(problem) }] });
  });

  it.each([
    ['10.1.2.3', /private/],
    ['192.168.0.0/16', /private/],
    ['fe80::1', /private/],
    ['0.0.0.0/0', /large part of the internet/],
    ['10.0.0.0/7', /large part/],
    ['https://evil.example/', /in clear/],
  ])('%s is taken with a warning', (line, warning) => {
    expect(reportOf(line)).toMatchObject({ taken: 1, warnings: [{ line: 1, text: expect.stringMatching(warning) }] });
  });

  it('that repeat each other are one', () => {
    expect(reportOf('evil.example\r\nEVIL.example\r\n')).toMatchObject({ taken: 1, repeated: 1, notRead: 0 });
  });

  it('name the first hundred problems, and count them all', () => {
    const report = reportOf(`evil.example\n${'?\n'.repeat(500)}`);
    expect(report).toMatchObject({ notRead: 500 });
    expect(report.problems).toHaveLength(100);
  });

  it('are refused when there are none, and when there are too many', () => {
    expect(() => importIndicators('')).toThrow(/None of its 0 entries/);
    expect(() => importIndicators('?')).toThrow(/Line 1: This is no address/);
    const many = Array.from({ length: MOST_INDICATORS + 1 }, (_, i) => `n${i}.example`);
    expect(() => importIndicators(many.join('\n'))).toThrow(/more than 100000/);
    expect(reportOf(many.slice(1).join('\n')).taken).toBe(MOST_INDICATORS);
  });

  it('take linear time, whatever the file really is', () => {
    expect(() => importIndicators('?\n'.repeat(5_000_000))).toThrow(/more than 1000000 lines/);
    expect(() => importIndicators(`${`${'a'.repeat(2_000)} /\n`.repeat(5_000)}`)).toThrow(/None of its 5000 entries/);
    // 20 s and 60 s when each split of a text was tried and every line was read.
  }, 60_000);
});

const bundle = (...patterns: string[]) =>
  JSON.stringify({
    type: 'bundle',
    objects: [
      { type: 'identity', name: 'them' },
      ...patterns.map((pattern) => ({ type: 'indicator', pattern, pattern_type: 'stix', name: 'bad' })),
    ],
  });

describe('STIX 2.1 bundles', () => {
  it.each([
    ["[ipv4-addr:value = '198.51.100.7']", ['ip 198.51.100.7']],
    ["[ipv4-addr:value='198.51.100.0/24' OR ipv6-addr:value = '2001:db8::1']", ['cidr 198.51.100.0/24', 'ip 2001:db8::1']],
    [
      "[domain-name:value = 'evil.example'] OR [url:value = 'http://evil.example/it\\'s']",
      ['domain evil.example', "url http://evil.example/it's"],
    ],
    [`[file:hashes.'SHA-256' = '${sha256}' OR file:hashes.MD5 = '${md5}']`, [`sha256 ${sha256}`, `md5 ${md5.toLowerCase()}`]],
    [`[x509-certificate:hashes.'SHA-1' = '${sha1}']`, [`cert-sha1 ${sha1}`]],
    ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", ['cidr 198.51.100.0/24']],
    ["[domain-name:value IN ('a.example', 'b.example')]", ['domain a.example', 'domain b.example']],
    ["[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.7']", ['ip 198.51.100.7']],
    ["[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]", ['ip 198.51.100.7']],
    [`[file:hashes.MD5 = '${md5}' AND file:hashes.'SHA-256' = '${sha256}' AND file:name = 'a.exe']`, [`sha256 ${sha256}`]],
  ])('%s', (pattern, expected) => {
    expect(taken(bundle(pattern))).toEqual(expected);
    expect(importIndicators(bundle(pattern)).indicators[0]!.comment).toBe('bad');
  });

  it.each([
    "[domain-name:value = 'a.example' AND ipv4-addr:value = '198.51.100.7']",
    "[domain-name:value LIKE '%.example']",
    "[domain-name:value != 'a.example']",
    "[domain-name:value ISSUBSET 'a.example']",
    "[domain-name:value IN ('a.example'",
    '[network-traffic:dst_port = 443]',
    "[file:name = 'a.exe']",
    "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']",
    "[domain-name:value = 'a.example'",
    "[domain-name:value = 'a.example'] WITHIN 5 SECONDS",
  ])('%s is counted as not read', (pattern) => {
    expect(reportOf(bundle("[domain-name:value = 'ok.example']", pattern))).toMatchObject({
      format: 'stix',
      taken: 1,
      notRead: 1,
      problems: [{ line: 3, text: expect.stringContaining('joined by OR') }],
    });
  });

  it('leave out what is revoked, and what another language says', () => {
    const objects = [
      { type: 'indicator', pattern: "[domain-name:value = 'a.example']", revoked: true },
      { type: 'indicator', pattern: 'alert ip any', pattern_type: 'snort' },
      { type: 'indicator', pattern: "[domain-name:value = 'ok.example']" },
      7,
    ];
    expect(reportOf(JSON.stringify({ type: 'bundle', objects }))).toMatchObject({ taken: 1, notRead: 3 });
  });
});

describe('MISP events', () => {
  const event = (attributes: unknown[]) => ({
    Event: { Attribute: attributes, Object: [{ Attribute: [{ type: 'hostname', value: 'in.object.example' }] }] },
  });
  const attributes = [
    { type: 'ip-dst', value: '198.51.100.7', comment: 'C2' },
    { type: 'ip-dst|port', value: '198.51.100.8|443' },
    { type: 'filename|sha256', value: `a.exe|${sha256}` },
    { type: 'domain|ip', value: 'evil.example|198.51.100.9' },
    { type: 'x509-fingerprint-sha1', value: sha1 },
    { type: 'ja3-fingerprint-md5', value: md5 },
    { type: 'email-src', value: 'a@evil.example' },
    { type: 'domain', value: 'deleted.example', deleted: true },
    null,
  ];
  const expected = [
    ...['ip 198.51.100.7', 'ip 198.51.100.8', `sha256 ${sha256}`, 'domain evil.example', 'ip 198.51.100.9'],
    ...[`cert-sha1 ${sha1}`, `ja3 ${md5.toLowerCase()}`, 'domain in.object.example'],
  ];

  it.each([
    ['one', event(attributes)],
    ['without its envelope', event(attributes).Event],
    ['of a search', { response: [event(attributes)] }],
  ])('%s', (_what, json) => {
    expect(taken(JSON.stringify(json))).toEqual(expected);
    expect(reportOf(JSON.stringify(json))).toMatchObject({ format: 'misp', taken: 8, notRead: 3 });
  });
});

it.each([
  ['{"type": "bundle"', /begins as JSON and is none/],
  ['{"a": 1}', /neither a STIX 2\.1 bundle/],
  ['[[[]]]', /neither/],
  ['{"type":"bundle","objects":[]}', /None of its 0/],
])('%s is refused', (text, problem) => {
  expect(() => importIndicators(text)).toThrow(problem);
});

describe('JSON that would keep the server from its work', () => {
  it.each([
    ['many levels', '['.repeat(1_000_000), /deeper than 64 levels/],
    ['many values', `[${'1,'.repeat(3_000_000)}1]`, /more than 3000000 values/],
    ['many empty objects', `[${'{},'.repeat(2_000_000)}{}]`, /more than 3000000 values/],
    ['an object of many names', `{${Array.from({ length: 10_001 }, (_, i) => `"${i}":1`).join()}}`, /more than 10000 names/],
  ])('is refused before it is parsed: %s', (_what, text, problem) => {
    expect(() => importIndicators(text)).toThrow(problem);
  });

  it('is told from brackets and quotes inside of texts', () => {
    const comment = `\\${'["{'.repeat(100)}\\`;
    const text = JSON.stringify({ Event: { Attribute: [{ type: 'domain', value: 'evil.example', comment }] } });
    expect(taken(text)).toEqual(['domain evil.example']);
  });
});
