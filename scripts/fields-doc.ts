/**
 * `node scripts/fields-doc.ts` writes docs/fields.md, the field reference, from the engine's catalogue. With `--check` it writes nothing
 * and exits 1 when the file is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indicatorRule, type Field, type RecordType } from '@wirecase/contract';
import { servedCatalogue } from '@wirecase/store';
import { registry as detectors } from '@wirecase/detect';
import { format, resolveConfig } from 'prettier';

const path = join(import.meta.dirname, '../docs/fields.md');

function fieldReference(): string {
  return [
    '# Fields',
    '',
    'Every record type and field of Wirecase, as tables, searches, exports and the API name them. Written from the catalogue by',
    '`node scripts/fields-doc.ts`; do not edit it here. In the search bar a field also answers to its other names (Arkime, Wireshark, Zeek, EVE).',
    '',
    '| kind | values |',
    '|---|---|',
    ...Object.entries(kinds).map(([kind, values]) => `| ${kind} | ${values} |`),
    '',
    ...servedCatalogue.flatMap(recordSection),
    '## Detectors',
    '',
    ...detectors.flatMap(({ rule, options }) => [
      `### ${rule.name} (\`${rule.id}\`, version ${rule.version})`,
      '',
      rule.doc,
      '',
      ...(rule.needs.length > 0 ? [`Needs to see: ${rule.needs.join(', ')}.`, ''] : []),
      '| option | default | what it says |',
      '|---|---|---|',
      ...Object.entries(options).map(
        ([name, option]) => `| \`${name}\` | ${option.default}${option.unit === 'seconds' ? ' s' : ''} | ${cell(option.doc)} |`,
      ),
      '',
    ]),
    `### ${indicatorRule.name} (\`${indicatorRule.id}\`, version ${indicatorRule.version})`,
    '',
    indicatorRule.doc,
    '',
  ].join('\n');
}

const kinds = {
  id: 'UUID',
  'ip, ips': 'IPv4 or IPv6 address; CIDR in searches',
  mac: '`aa:bb:cc:dd:ee:ff`',
  port: '0 to 65535',
  'integer, integers, count, float': 'numbers',
  time: 'RFC 3339 in UTC with nine digits',
  duration: 'nanoseconds',
  boolean: '`true`, `false`',
  'keyword, keywords': 'names, compared without case',
  text: 'free text, searched by content',
  json: 'a JSON value; not searchable',
};

function recordSection(record: RecordType): string[] {
  return [
    `## ${record.title} (\`${record.name}\`)`,
    '',
    record.doc,
    '',
    '| field | kind | what it says | other names |',
    '|---|---|---|---|',
    ...Object.values(record.fields).map(fieldRow),
    '',
  ];
}

function fieldRow(field: Field): string {
  const other = field.aliases.map((alias) => `\`${alias}\``).join(' ');
  return `| \`${field.name}\` | ${field.kind}${field.optional ? ', may be empty' : ''} | ${cell(field.doc)} | ${other} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

async function main(): Promise<void> {
  const wanted = await format(fieldReference(), { ...(await resolveConfig(path)), parser: 'markdown' });
  if (!process.argv.includes('--check')) return writeFile(path, wanted);
  const found = await readFile(path, 'utf8').catch(() => '');
  if (found === wanted) return;
  const [wantedLines, foundLines] = [wanted.split('\n'), found.split('\n')];
  const at = wantedLines.findIndex((line, i) => line !== foundLines[i]);
  console.error(
    `docs/fields.md is stale at line ${at + 1}; run \`node scripts/fields-doc.ts\`.\n- ${foundLines[at] ?? ''}\n+ ${wantedLines[at] ?? ''}`,
  );
  process.exitCode = 1;
}

await main();
