/**
 * Writes the migration that brings the database to the catalogue: tables, columns and indexes that are missing. What the catalogue
 * no longer has is only named, because dropping data is a decision. The text is reviewed and committed as it is.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { WirecaseError, type RecordType } from '@wirecase/contract';
import { addColumnStatement, createClient, missingOf, tableStatements } from '@wirecase/store';

/** `sentence`: what the migration does, e.g. "create ssh". Answers the path of the new file, or null when nothing is missing. */
export async function generateMigration(databaseUrl: string, catalogue: readonly RecordType[], sentence: string): Promise<string | null> {
  const words = sentence.toLowerCase().match(/[a-z0-9]+/g);
  if (!words) throw new WirecaseError('config.invalid', 'Give the migration a sentence: --generate "create ssh"');
  const client = createClient(databaseUrl, 'wirecase migration generator');
  await client.connect();
  const up: string[] = [];
  const down: string[] = [];
  try {
    for (const { type, table, fields, indexes } of await missingOf(client, catalogue)) {
      if (table) up.push(...tableStatements(type));
      else up.push(...fields.map((field) => addColumnStatement(type, field)), ...indexes.map((index) => index.statement));
      if (table) down.unshift(`DROP TABLE "${type.name}"`);
      else down.unshift(...fields.map((field) => `ALTER TABLE "${type.name}" DROP COLUMN "${field.column}"`));
    }
  } finally {
    await client.end();
  }
  if (up.length === 0) return null;
  return write(words, up, down);
}

async function write(words: readonly string[], up: readonly string[], down: readonly string[]): Promise<string> {
  const number = Date.now();
  const className = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('') + number;
  const file = `${number}-${words.join('-')}.ts`;
  const body = (statements: readonly string[]) => statements.map((text) => `    await runner.query(\`${indent(text)}\`);`).join('\n');
  await writeFile(
    new URL(file, import.meta.url),
    `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: ${words.join(' ')}. */
export class ${className} implements MigrationInterface {
  name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
${body(up)}
  }

  async down(runner: QueryRunner): Promise<void> {
${body(down)}
  }
}
`,
  );
  const index = new URL('index.ts', import.meta.url);
  const text = await readFile(index, 'utf8');
  await writeFile(
    index,
    text
      .replace('\nexport const', `import { ${className} } from './${file}';\n\nexport const`)
      .replace(/,?\s*\]\s*;\s*$/, `, ${className}];\n`),
  );
  return file;
}

const indent = (text: string) => text.replaceAll('\n', '\n      ');
