import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFailure } from '../bootstrap/failure.mjs';
import { endRunningTools } from '../bootstrap/run.mjs';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
import { endLeftovers } from './leftovers.ts';
import { PartList } from './parts/part-list.ts';
import { serverFolders } from './servers/index.ts';
import { StopRequest } from './stop-request.ts';

/**
 * Run `work` on a data directory that is deleted afterwards, with every server it started ended, whatever happens. Ends the process:
 * with 0 when `work` answers true.
 */
export async function onTemporaryDirectory(work: (directory: DataDirectory, parts: PartList) => Promise<boolean>): Promise<never> {
  const stop = new StopRequest(['SIGINT', 'SIGTERM', 'SIGHUP']);
  const parts = new PartList(stop);
  const path = mkdtempSync(join(tmpdir(), 'wirecase-'));
  chmodSync(path, 0o711);
  const directory = openDataDirectory(path);
  let isGood = false;
  try {
    isGood = (await stop.orWhen(work(directory, parts))) === true;
  } catch (error) {
    printFailure(error);
  }
  endRunningTools();
  await parts.stopAll();
  await endLeftovers(directory.secrets.instance, serverFolders(directory), 2000);
  rmSync(path, { recursive: true, force: true });
  process.exit(isGood ? 0 : 1);
}
