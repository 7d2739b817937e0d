/** The operator's own rules of YARA over one file, in the sandbox: rules are code of a kind, and so is what they look at. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { cleanText, WirecaseError } from '@wirecase/contract';
import { provedTools, type ProvedTools } from './proved-tools.ts';
import { runInSandbox } from './sandbox.ts';
import type { Tools } from './tools.ts';

const ruleFile = /\.yara?$/i;
const MAX_RULE_FILES = 1000;
const MAX_MATCHES = 1000;
/** What is scanned is held in memory on its way into the sandbox. */
const MAX_FILE_BYTES = 256 * 1024 ** 2;
const SECONDS = 60;

export class YaraScanner {
  readonly #rules: string | null;
  #checked: Promise<ProvedTools> | null = null;

  /** `rules`: folder with the rules; null: there are none. */
  constructor(rules: string | null) {
    this.#rules = rules;
  }

  /** Throws `yara.unavailable` with what is missing and how to get it. */
  async require(): Promise<{ tools: Tools; yara: string; folder: string; files: string[] }> {
    const folder = this.#rules;
    if (folder === null) throw unavailable('No folder with rules is set: give it as WIRECASE_YARA_RULES.');
    this.#checked ??= provedTools();
    const { tools, status } = await this.#checked;
    if (!tools) throw unavailable(status.reason!);
    if (tools.yara === null) throw unavailable('yara is not installed: install the Debian package yara, then start Wirecase again.');
    return { tools, yara: tools.yara, folder, files: await ruleFiles(folder) };
  }

  /** Names of the rules that match the file at `path`. Throws `yara.unavailable`, and `yara.failed` with the words of YARA. */
  async scan(path: string): Promise<string[]> {
    const { tools, yara, folder, files } = await this.require();
    if ((await stat(path)).size > MAX_FILE_BYTES)
      throw new WirecaseError('yara.failed', `More than ${MAX_FILE_BYTES} bytes are not scanned.`);
    const { stdout, stderr, exitCode, ended } = await runInSandbox(tools, {
      command: [yara, '--no-warnings', `--timeout=${SECONDS}`, ...files.map((name) => `/rules/${name}`), '/in.pcap'],
      input: await readFile(path),
      programs: [yara],
      rules: folder,
      limits: { wallSeconds: SECONDS, cpuSeconds: SECONDS, outputBytes: 1024 * 1024 },
    });
    if (ended !== null)
      throw new WirecaseError('yara.failed', `YARA was ended: it took more than its ${ended === 'time' ? 'time' : 'output'}.`);
    if (exitCode !== 0 || /^error\b/im.test(stderr)) {
      const words = cleanText(stderr.trim().split('\n')[0]?.replaceAll('/rules/', '') ?? '').slice(0, 500);
      throw new WirecaseError('yara.failed', `YARA could not use the rules: ${words || `it ended with ${exitCode}`}`);
    }
    return matchesIn(Buffer.from(stdout).toString('utf8'));
  }
}

/** Lines are `RULE FILE`. */
function matchesIn(output: string): string[] {
  const names = output.split('\n').flatMap((line) => /^(\w{1,128}) /.exec(line)?.[1] ?? []);
  return [...new Set(names)].sort().slice(0, MAX_MATCHES);
}

async function ruleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw unavailable(`The folder ${folder} of WIRECASE_YARA_RULES cannot be read (${error.code}).`);
  });
  const files = names.filter((name) => ruleFile.test(name) && !name.startsWith('-')).sort();
  if (files.length === 0) throw unavailable(`The folder ${folder} of WIRECASE_YARA_RULES has no file that ends in .yar or .yara.`);
  if (files.length > MAX_RULE_FILES)
    throw unavailable(`The folder ${folder} has ${files.length} files of rules; at most ${MAX_RULE_FILES} are used.`);
  return files;
}

function unavailable(detail: string): WirecaseError {
  return new WirecaseError('yara.unavailable', detail);
}
