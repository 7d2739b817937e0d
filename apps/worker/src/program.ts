import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program that the worker starts beside itself, by its path from here without an ending: built when this is (rspack.config.mjs), or the source. */
export function program(name: string): string {
  const here = fileURLToPath(import.meta.url);
  return join(dirname(here), name + extname(here));
}
