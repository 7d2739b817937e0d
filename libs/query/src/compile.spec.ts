import { alertRecord, flowRecord, recordType, field, optional, weirdRecord, WirecaseError, type RecordType } from '@wirecase/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, type Compiled } from './compile.ts';

/** Stands for the protocols' records: a keyword with an index, lists, a duration, a text. */
const dnsRecord = recordType('dns', 'DNS', 'x', {
  questionName: optional('dns.question.name', 'keyword', 'x', { aliases: ['dns.qry.name', 'query'], indexed: true }),
  responseCode: optional('dns.response_code', 'keyword', 'x', { aliases: ['rcode_name'] }),
  answerTtls: field('dns.answers.ttl', 'integers', 'x'),
  answerData: field('dns.answers.data', 'keywords', 'x', { aliases: ['answers'] }),
  resolvedIps: field('dns.resolved_ip', 'ips', 'x', { indexed: true }),
  rtt: optional('wirecase.dns.rtt', 'duration', 'x'),
  entropy: optional('wirecase.dns.entropy', 'float', 'x'),
});
const httpRecord = recordType('http', 'HTTP', 'x', {
  urlDomain: optional('url.domain', 'keyword', 'x', { aliases: ['http.host'], indexed: true }),
  urlPath: optional('url.path', 'text', 'x'),
  statusCode: optional('http.response.status_code', 'integer', 'x', { aliases: ['http.status'] }),
});
const catalogue: RecordType[] = [flowRecord, dnsRecord, httpRecord, weirdRecord, alertRecord];
/** 2024-05-01T12:34:56.789Z */
const now = 1_714_566_896_789_000_000n;

const queries: Record<string, { record: RecordType; texts: string[] }> = {
  'Values of each kind': {
    record: flowRecord,
    texts: [
      '',
      '   ',
      'source.ip:10.0.0.1',
      'source.ip == 10.0.0.1',
      'source.ip = 10.0.0.1',
      'source.ip:10.0.0.0/8',
      'source.ip:10.0.0.1/32',
      'source.ip:10.1.*',
      'source.ip:10.*.*.*',
      'source.ip:2001:DB8::0001',
      'source.ip:2001:db8::/32',
      'source.ip:::ffff:1.2.3.4',
      'source.ip > 10.0.0.1',
      'destination.port:443',
      'destination.port>=1024',
      'source.mac:00-11-22-AA-BB-CC',
      'source.mac:0011.22aa.bbcc',
      'source.mac:00:11:22:*',
      'network.bytes >= 1.5MB',
      'network.bytes>1KiB',
      'network.bytes<10',
      'network.packets:1',
      'event.duration>1.5s',
      'event.duration<=250ms',
      'event.duration>1h30m',
      'event.duration:0',
      'event.start:2024-05-01',
      'event.start:2024-05-01T10:00',
      'event.start:2024-05-01T10:00:00Z',
      'event.start:"2024-05-01 10:00:00.5"',
      'event.start:1714521600',
      'event.start>=now-1h',
      'event.start>=now-1d@d',
      'event.start<now@h',
      'event.start<2024-05-01T10:00:00+02:00',
      'wirecase.flow.truncated:true',
      'wirecase.flow.truncated:no',
      'wirecase.flow.state:SF',
      'wirecase.flow.id:8C3B1F0E-0000-0000-0000-000000000001',
      'network.vlan.id:100',
      'network.protocol:tls',
      'capture:8c3b1f0e-0000-0000-0000-000000000001',
      'network.community_id:"1:wCb3OG7yAFWelaUydu0D+125CLM="',
    ],
  },
  'Three spellings of one question': {
    record: flowRecord,
    texts: [
      'ip.src == 10.0.0.1 && tcp.dstport == 443',
      'ip.src == 10.0.0.1 and port.dst == 443',
      'source.ip:10.0.0.1 and destination.port:443',
      'source.ip:10.0.0.1 destination.port:443',
      'ip.addr == 10.0.0.1',
      'ip == 10.0.0.1',
      'tcp.port == 443 || udp.port == 443',
      'port == [80,443]',
      'port in {80 443}',
      'port:(80 or 443)',
      'eth.addr == 00:11:22:aa:bb:cc',
      'id.orig_h:10.0.0.1 conn_state:S0',
      'src_ip:10.0.0.1 AND NOT proto:udp',
      'dns.qry.name contains "example"',
      'host == *.example.com',
    ],
  },
  'Sets, ranges and texts': {
    record: flowRecord,
    texts: [
      'destination.port in {80, 443, 8000..9000}',
      'destination.port not in {1..1023}',
      'source.port between (1024, 2048)',
      'source.ip in {10.0.0.1..10.0.0.9, 192.168.0.0/16}',
      'event.start in {2024-05-01..2024-05-02}',
      'network.bytes in {1kB..1MB}',
      'event.duration between (1s, 2s)',
      'wirecase.flow.state != [S0, REJ]',
      'wirecase.flow.state:S*',
      'wirecase.flow.state:"S*"',
      'wirecase.flow.state:S\\*',
      'wirecase.flow.history startswith ShA',
      'wirecase.flow.history contains dD',
      'wirecase.flow.history matches "^Sh.*R$"',
      'wirecase.flow.history ~ "^S"',
      'wirecase.flow.history:/^sh/i',
      'wirecase.flow.history:/^S\\/h/',
      'wirecase.flow.history:100%_\\x',
      'network.protocol contains sm',
      'url.path:/login',
      'url.path == /login',
      'url.path:/a/b.html',
      'url.path:*.php',
      'url.path:/\\.php$/',
    ],
  },
  'Existence, absence and not': {
    record: flowRecord,
    texts: [
      'source.port:*',
      'source.port',
      'source.port == EXISTS!',
      'source.port != EXISTS!',
      'source.port:null',
      'source.port != null',
      'not source.port',
      'network.protocol:*',
      'dns.question.name:*',
      'source.port != 80',
      'not source.port:80',
      '!source.port:80',
      '-source.port:80',
      'not not source.port:80',
      'network.transport != tcp',
      'network.protocol != dns',
      'ip != 10.0.0.1',
      'dns.question.name != a.example',
      'not (source.port:80 or source.port:81)',
      'destination.port not in {80}',
    ],
  },
  'And, or and parentheses': {
    record: flowRecord,
    texts: [
      'source.port:1 or source.port:2 and source.port:3',
      '(source.port:1 or source.port:2) and source.port:3',
      'source.port:1 source.port:2 or source.port:3',
      'source.port:1 AND source.port:2',
      'source.port:1&&source.port:2||source.port:3',
      'not source.port:1 source.port:2',
      '((source.port:1))',
      'source.port:(1 2 3)',
      'source.port:(1, 2)',
      'source.port:"1"',
    ],
  },
  'Other records of the flow': {
    record: flowRecord,
    texts: [
      'dns.question.name:example.com',
      'dns.question.name:*.example.com and http.status:404',
      'dns.question.name:a.example or url.domain:a.example',
      'rcode_name:NXDOMAIN',
      'dns.answers.ttl<10',
      'dns.answers.data:192.0.2.1',
      'dns.resolved_ip:192.0.2.1',
      'dns.resolved_ip:192.0.2.0/24',
      'dns.rtt>1s',
      'wirecase.dns.entropy>=3.5',
      'weird.name:bad_checksum',
      'host:example.com',
    ],
  },
  'Free text': {
    record: flowRecord,
    texts: [
      '10.0.0.1',
      '10.0.0.0/8',
      'fe80::1',
      '00:11:22:aa:bb:cc',
      '8c3b1f0e-0000-0000-0000-000000000001',
      'example.com',
      '"and"',
      '*.example.com',
      'tls',
    ],
  },
  'A search of DNS records': {
    record: dnsRecord,
    texts: [
      'dns.question.name:example.com',
      'source.ip:10.0.0.1',
      'wirecase.flow.state:SF',
      'mac:00:11:22:aa:bb:cc',
      'url.domain:example.com',
      'example',
      '@timestamp>=2024-05-01',
      'network.bytes>1MB not dns.response_code:NOERROR',
    ],
  },
  'A search of alerts': {
    record: alertRecord,
    texts: ['event.severity>=70', 'rule.id:port-scan', 'threat.technique.id:T1046', 'ip:10.0.0.1', 'scan', 'wirecase.alert.confidence>0.5'],
  },
};

const failures: [text: string, code: string, position: number, words: string][] = [
  ['sourc.ip:1', 'query.unknown-field', 0, 'Did you mean source.ip?'],
  ['tcp and destnation.port:1', 'query.unknown-field', 8, 'Did you mean destination.port?'],
  ['flow.stat:S0', 'query.unknown-field', 0, 'wirecase.flow.state?'],
  ['nonsense.at.all:1', 'query.unknown-field', 0, 'Flows have no field "nonsense.at.all".'],
  ['rule.id:port-scan', 'query.unknown-field', 0, 'Flows have no field "rule.id"'],
  ['source.ip:', 'query.syntax', 10, 'expected a value, found the end'],
  ['source.ip: and', 'query.bad-value', 11, '"and" does not fit source.ip'],
  ['(source.port:1', 'query.syntax', 14, 'expected )'],
  ['source.port:1)', 'query.syntax', 13, 'expected and, or, or the end of the query, found ")"'],
  ['source.port:1 or', 'query.syntax', 16, 'expected a field, a text or (, found the end'],
  ['and source.port:1', 'query.syntax', 0, 'found "and"'],
  ['not', 'query.syntax', 3, 'found the end'],
  ['"open', 'query.syntax', 0, 'does not end'],
  ['wirecase.flow.state:"open', 'query.syntax', 20, 'does not end'],
  ['source.port in {}', 'query.syntax', 15, 'the list is empty'],
  ['source.port in {1', 'query.syntax', 17, 'expected a value'],
  ['source.port > {1}', 'query.syntax', 14, 'a list goes with'],
  ['source.port between (1 2)', 'query.syntax', 23, 'expected ,'],
  ['source.ip:10.0.0.256', 'query.bad-value', 10, 'Expected an address or network'],
  ['source.ip:10.0.0.0/33', 'query.bad-value', 10, 'Expected an address or network'],
  ['source.ip in {10.0.0.1..::1}', 'query.bad-value', 24, 'same version'],
  ['source.ip>10.0.0.0/8', 'query.bad-value', 10, 'a single address'],
  ['source.port:http', 'query.bad-value', 12, 'a port'],
  ['source.port:-1', 'query.bad-value', 12, 'a port'],
  ['network.bytes>1.5', 'query.bad-value', 14, 'a whole number'],
  ['network.bytes>99999999999999999999', 'query.bad-value', 14, 'a whole number'],
  ['event.duration>5', 'query.bad-value', 15, 'with a unit'],
  ['event.duration>999999999999999w', 'query.bad-value', 15, 'with a unit'],
  ['event.start>yesterday', 'query.bad-value', 12, 'a time such as'],
  ['event.start>9999-01-01', 'query.bad-value', 12, 'a time such as'],
  ['wirecase.flow.truncated:maybe', 'query.bad-value', 24, 'true or false'],
  ['wirecase.flow.state>S1', 'query.bad-value', 20, '> does not work with'],
  ['wirecase.flow.id:1', 'query.bad-value', 17, 'an id like'],
  ['source.mac:00:11', 'query.bad-value', 11, 'a MAC address'],
  ['source.port ~ 1', 'query.bad-value', 14, '~ does not work with'],
  ['source.port:1 | count by source.ip', 'query.syntax', 16, 'no stage "count"'],
  ['source.port:1 |', 'query.syntax', 15, 'no stage ""'],
  [`${'('.repeat(60)}tcp${')'.repeat(60)}`, 'query.syntax', 50, 'nested deeper'],
  [Array(600).fill('tcp').join(' '), 'query.syntax', 2000, 'more than 500 conditions'],
  [`source.port in {${Array(600).fill('1').join(' ')}}`, 'query.syntax', 15, 'more than 500 conditions'],
  ['x'.repeat(10_001), 'query.syntax', 10_000, 'more than 10000 characters'],
];

const catalogueTexts = Object.values(queries).flatMap(({ record, texts }) => texts.map((text) => ({ record, text })));

describe('a query', () => {
  it('becomes the SQL of compile.golden.sql', async () => {
    const lines = Object.entries(queries).flatMap(([title, { record, texts }]) => [
      `-- ${title} (${record.name})\n`,
      ...texts.map((text) => {
        const { where, params, warnings } = compile(text, { record, catalogue, now });
        return `-- ${text}\n${where}\n${params.length > 0 ? `-- ${JSON.stringify(params)}\n` : ''}${warnings.map((warning) => `-- ! ${warning}\n`).join('')}`;
      }),
    ]);
    await expect(lines.join('\n')).toMatchFileSnapshot('./compile.golden.sql');
  });

  it('is covered by at least 120 examples', () => {
    expect(catalogueTexts.length).toBeGreaterThanOrEqual(120);
  });

  it.each([
    ['ip.src == 10.0.0.1 && tcp.dstport == 443', 'source.ip:10.0.0.1 destination.port:443'],
    ['port == [80,443]', 'port in {80 443}'],
    ['port:(80 or 443)', 'port in {80, 443}'],
    ['!source.port:80', 'not source.port == 80'],
    ['flow.state:SF', 'wirecase.flow.state:SF'],
    ['SOURCE.IP:10.0.0.1', 'source.ip:10.0.0.1'],
    ['source.ip:10.1.*', 'source.ip:10.1.0.0/16'],
  ])('%s says the same as %s', (one, other) => {
    expect(compile(one, { record: flowRecord, catalogue })).toEqual(compile(other, { record: flowRecord, catalogue }));
  });

  it.each(failures.map(([text, ...rest]) => [text.slice(0, 60), text, ...rest] as const))(
    '%s fails as it should',
    (_title, text, code, position, words) => {
      expect(() => compile(text, { record: flowRecord, catalogue })).toThrow(
        expect.objectContaining({ code, position, message: expect.stringContaining(words) }),
      );
    },
  );

  it('says when a bare word was taken for a field', () => {
    expect(compile('query', { record: flowRecord, catalogue }).warnings).toEqual([
      '"query" is a field: rows that have it are found. For the text write it in quotes.',
    ]);
    expect(compile('"query"', { record: flowRecord, catalogue }).warnings).toEqual([]);
  });

  it('finds every field by its name, its short name and its aliases', () => {
    for (const record of catalogue)
      for (const one of Object.values(record.fields))
        for (const name of [one.name, one.name.replace(/^wirecase\./, ''), ...one.aliases])
          expect(() => compile(`${name}:*`, { record, catalogue }), `${record.name}: ${name}`).not.toThrow();
  });
});

/** Everything in the SQL that is not one of these came from the query's text. */
const ownSql =
  /"[a-z0-9_]+"|\$\d+::(?:inet|bigint|text|uuid|boolean|double precision)|\b(?:AND|OR|IS|NOT|NULL|TRUE|FALSE|IN|EXISTS|SELECT|FROM|WHERE|AS|ILIKE|ARRAY|item|unnest|lower|left|cardinality|family)\b|256|\b[01]\b|[()<>=,@~*[\]\s]/g;

describe('whatever is written', () => {
  it.each([
    `'; DROP TABLE flow; --`,
    `source.port:1); DROP TABLE flow; --`,
    `wirecase.flow.state:"'; DROP TABLE flow; --"`,
    `wirecase.flow.state:x' OR '1'='1`,
    `wirecase.flow.state:\\'; SELECT pg_sleep(10)`,
    `"source_ip" = $1`,
    `source_ip":1`,
    `source.ip":10.0.0.1`,
    `wirecase.flow.state:$1`,
    `wirecase.flow.state in {"a'b", "c\\"d", "e\0f"}`,
    `wirecase.flow.history ~ "'); DELETE FROM flow; --"`,
    `\u0000`,
    `source.port:1 UNION SELECT password_hash FROM app_user`,
    `1/**/OR/**/1=1`,
    `wirecase.flow.state:\u02bc OR 1=1`,
  ])('%j stays a parameter or is an error', (text) => {
    onlyOwnSql(text);
  });

  it('gives SQL of our own words only, or an error with a position', () => {
    const pieces = fc.constantFrom(
      ...catalogueTexts.flatMap(({ text }) => text.split(/(?<=\s)|(?=[:=<>()])/)),
      '(',
      ')',
      '"',
      "'",
      '|',
      '{',
      '..',
      '/',
      '\\',
      '*',
      '\0',
      '\ud800',
      '-',
      '!',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(' ')),
          fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
        ),
        (text) => onlyOwnSql(text),
      ),
      { numRuns: 5000 },
    );
  });

  it('is compiled within 50 ms of CPU time', () => {
    const worst = [
      `${'not '.repeat(2000)}tcp`,
      `(${'a or '.repeat(400)}a)`,
      '"'.repeat(9999),
      '/'.repeat(9999),
      'a:'.repeat(4999),
      `${'('.repeat(5000)}`,
      '*'.repeat(9999),
      `source.port in {${'1 '.repeat(450)}}`,
      `event.duration>${'1h'.repeat(4000)}`,
      '1'.repeat(9999),
      `source.ip:${'1.'.repeat(4000)}`,
      ' '.repeat(9999),
    ];
    for (const text of worst) {
      outcomeOf(text); // once for the compiler of JavaScript
      const started = process.cpuUsage();
      outcomeOf(text);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1000, text.slice(0, 20)).toBeLessThan(50);
    }
  });
});

function onlyOwnSql(text: string): void {
  const outcome = outcomeOf(text);
  if (outcome instanceof WirecaseError) {
    expect(outcome.code).toMatch(/^query\./);
    expect(outcome.position).toBeGreaterThanOrEqual(0);
    expect(outcome.position).toBeLessThanOrEqual(text.length);
    return;
  }
  expect(outcome.where.replace(ownSql, '')).toBe('');
  for (const param of outcome.params) expect(String(param)).not.toContain('\0');
}

function outcomeOf(text: string): Compiled | WirecaseError {
  try {
    return compile(text, { record: flowRecord, catalogue });
  } catch (error) {
    if (error instanceof WirecaseError) return error;
    throw error;
  }
}
