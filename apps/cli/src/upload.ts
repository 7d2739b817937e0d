/** `wirecase upload`: sends capture files to a server and, when asked, waits until they are searchable. */
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { apiBase, finalStates, type Capture, type Problem, type ReceivedCaptures } from '@wirecase/contract';
import { readRuntime } from './runtime.ts';

export const uploadUsage = `Usage: wirecase upload FILE... [--url URL] [--key KEY] [--wait] [--json] [--data DIR]

Sends captures (pcap, pcapng, gz or zst of them) to a Wirecase server. A file that the server has already is named, not stored twice.

  --url URL   the server; else the one that runs on DIR, else http://127.0.0.1:8080
  --key KEY   API key with the scope ingest (wait also needs read:captures); else the variable WIRECASE_KEY
  --wait      wait until each capture is ready; exit code 1 if one fails
  --json      print each capture as one line of JSON
  --data DIR  data directory of a server on this machine (default .wirecase)
`;

const WAIT_SECONDS = 30;

/** Exit code: 0 all well, 1 a file could not be sent or failed, 2 wrong usage. */
export async function upload(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      key: { type: 'string' },
      data: { type: 'string', default: env['WIRECASE_DATA'] ?? '.wirecase' },
      wait: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(uploadUsage);
    return 0;
  }
  const key = values.key ?? env['WIRECASE_KEY'];
  if (positionals.length === 0) return wrongUsage('Name at least one file.');
  if (!key) return wrongUsage('Give an API key with --key or in WIRECASE_KEY. `wirecase keys create` makes one.');
  const url = values.url ?? (await readRuntime(values.data)).url ?? 'http://127.0.0.1:8080';
  const server = new Server(url, key);
  let exitCode = 0;
  for (const path of positionals) {
    try {
      const { captures, isNew } = await server.send(path);
      for (const capture of captures) {
        const final = values.wait ? await server.untilFinal(capture) : capture;
        // Of an archive each capture has a name of its own.
        const what = captures.length > 1 ? `${path}/${capture.entry}` : path;
        console.log(values.json ? JSON.stringify(final) : describe(what, final, isNew));
        if (final.state === 'failed' || final.state === 'quarantined') exitCode = 1;
      }
    } catch (error) {
      // A file that cannot be read or sent; the others still go.
      console.error(`${path}: ${reasonOf(error, url)}`);
      exitCode = 1;
    }
  }
  return exitCode;
}

function wrongUsage(message: string): number {
  console.error(`${message}\n\n${uploadUsage}`);
  return 2;
}

class Server {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, key: string) {
    this.#base = url.replace(/\/+$/, '') + apiBase;
    this.#headers = { Authorization: `Bearer ${key}` };
  }

  /** Streams the file from disk; memory stays constant. */
  async send(path: string): Promise<{ captures: Capture[]; isNew: boolean }> {
    if (!(await stat(path)).isFile()) throw new Error('not a regular file');
    const form = new FormData();
    form.set('file', await openAsBlob(path), basename(path));
    const response = await this.#request('/captures', { method: 'POST', body: form });
    const { captures } = (await response.json()) as ReceivedCaptures;
    return { captures, isNew: response.status === 201 };
  }

  async untilFinal(capture: Capture): Promise<Capture> {
    let current = capture;
    while (!finalStates.includes(current.state)) {
      const response = await this.#request(`/captures/${current.id}?wait=${WAIT_SECONDS}`, {});
      current = (await response.json()) as Capture;
    }
    return current;
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.#base + path, { ...init, headers: this.#headers });
    if (response.ok) return response;
    const text = await response.text();
    throw new Error(isProblem(response) ? sentence(JSON.parse(text) as Problem) : `the server answered ${response.status}`);
  }
}

function isProblem(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
}

function sentence(problem: Problem): string {
  return `${problem.title}. ${problem.detail}`;
}

function describe(path: string, capture: Capture, isNew: boolean): string {
  const many = (count: number | null, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const found = [many(capture.packets, 'packet'), many(capture.flows, 'flow'), many(capture.alerts, 'alert')].join(', ');
  const counts = capture.state === 'ready' ? `, ${found}` : '';
  const failure = capture.error ? `: ${capture.error.title}. ${capture.error.detail}` : '';
  return `${path}: ${capture.id} ${capture.state}${isNew ? '' : ' (was there already)'}${counts}${failure}`;
}

/** fetch says only "fetch failed"; its cause says why. */
function reasonOf(error: unknown, url: string): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if (cause?.code === 'ECONNREFUSED') return `no server answers at ${url}`;
  return cause ? `${message}: ${cause.message}` : message;
}
