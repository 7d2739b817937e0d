/** Needs Debian's yara, and the sandbox that tshark runs in. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTools } from './tools.ts';
import { YaraScanner } from './yara.ts';

const tools = await findTools();
const isThere = !('missing' in tools) && tools.yara !== null;
let rules: string;
let file: string;

beforeAll(async () => {
  rules = await mkdtemp(join(tmpdir(), 'wirecase-yara-'));
  await chmod(rules, 0o755);
  file = join(rules, 'content');
  await writeFile(file, 'nothing but MALICE in it');
});
afterAll(() => rm(rules, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(rules, name), text, { mode: 0o644 });
const rule = (name: string, text: string) => `rule ${name} { strings: $a = "${text}" condition: $a }\n`;

describe('YARA that cannot be used says why', () => {
  it('without a folder', async () => {
    await expect(new YaraScanner(null).scan(file)).rejects.toThrow(/WIRECASE_YARA_RULES/);
  });

  it.skipIf(!isThere)('with a folder that is not there, or has no rules', async () => {
    await expect(new YaraScanner('/nonexistent').scan(file)).rejects.toThrow(/cannot be read \(ENOENT\)/);
    await expect(new YaraScanner(rules).scan(file)).rejects.toThrow(/no file that ends in/);
  });
});

describe.skipIf(!isThere)('YARA', () => {
  it('gives the names of the rules that match, of all files', async () => {
    await write('one.yar', rule('malice', 'MALICE') + rule('other', 'absent'));
    await write('two.yara', rule('also', 'but'));
    expect(await new YaraScanner(rules).scan(file)).toEqual(['also', 'malice']);
  });

  it('says where a rule is wrong', async () => {
    await write('bad.yar', 'rule broken {');
    await expect(new YaraScanner(rules).scan(file)).rejects.toMatchObject({
      code: 'yara.failed',
      message: expect.stringMatching(/bad\.yar/),
    });
    await rm(join(rules, 'bad.yar'));
  });
});
