import { once } from 'node:events';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { WirecaseError, type ErrorCode } from '@wirecase/contract';
import type { PackedIndicators } from '@wirecase/store';

export type ImportAnswer = PackedIndicators | { refused: ErrorCode; why: string };

/** Built beside the API (rspack.config.mjs). */
const here = fileURLToPath(import.meta.url);
const thread = join(dirname(here), `lists/import-thread${extname(here)}`);

/** Indicators of a file, read beside everything else; `file` is gone afterwards. Throws `list.unreadable`. */
export async function importInThread(file: Uint8Array<ArrayBuffer>): Promise<PackedIndicators> {
  const worker = new Worker(thread, { workerData: file, transferList: [file.buffer] });
  const [answer] = (await once(worker, 'message')) as [ImportAnswer];
  if ('refused' in answer) throw new WirecaseError(answer.refused, answer.why);
  return answer;
}
