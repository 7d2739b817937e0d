import { flowRecord, WirecaseError } from '@wirecase/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, catalogueTexts, failures, now, queries } from './compile.fixture.ts';
import { compile, type Compiled } from './compile.ts';

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
