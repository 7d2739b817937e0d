/** Deny by default: each route says beside it which permission it needs. The API refuses to start otherwise; this tells before. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const route = /^\s*@(?:Get|Post|Put|Patch|Delete|Head|Options|All|Sse)\(.*$/;
const permission = /^\s*@Permit\(/;

/** Every route without `@Permit` among the decorators of its method, as `file: decorator`. */
export function routesWithoutPermission(directory: string): string[] {
  return globSync('apps/api/src/**/*.ts', { cwd: directory })
    .filter((path) => !path.endsWith('.spec.ts'))
    .sort()
    .flatMap((path) => {
      const blocks = decoratorBlocks(readFileSync(join(directory, path), 'utf8'));
      return blocks
        .filter((block) => !block.some((line) => permission.test(line)))
        .flatMap((block) => block.filter((line) => route.test(line)).map((line) => `${path}: ${line.trim()}`));
    });
}

/** Runs of lines that belong to the decorators of one member: from the first `@` to the line before the member itself. */
function decoratorBlocks(text: string): string[][] {
  const blocks: string[][] = [];
  let block: string[] | null = null;
  for (const line of text.split('\n')) {
    const isDecorator = /^\s*@\w+/.test(line);
    // A decorator's arguments may go on over deeper or closing lines.
    const goesOn = block !== null && /^\s*([})\]]|['"{[\w]+:|\.\.\.|['"])/.test(line) && !/^\s*\w+\s*\(/.test(line);
    if (isDecorator) (block ??= []).push(line);
    else if (block && !goesOn) {
      blocks.push(block);
      block = null;
    }
  }
  return block ? [...blocks, block] : blocks;
}
