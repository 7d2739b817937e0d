/** The thread that reads one file of indicators: a hundred thousand take seconds, in which nobody else would be served. */
import { parentPort, workerData } from 'node:worker_threads';
import { importIndicators, WirecaseError } from '@wirecase/contract';
import { packIndicators } from '@wirecase/store';
import type { ImportAnswer } from './indicator-file.ts';

function read(file: Uint8Array): ImportAnswer {
  try {
    // What is no UTF-8 becomes U+FFFD, which no indicator has: its line is refused.
    return packIndicators(importIndicators(new TextDecoder().decode(file)));
  } catch (error) {
    if (!(error instanceof WirecaseError)) throw error;
    return { refused: error.code, why: error.message };
  }
}

const answer = read(workerData as Uint8Array);
parentPort!.postMessage(answer, 'rows' in answer ? [answer.rows.buffer as ArrayBuffer] : []);
