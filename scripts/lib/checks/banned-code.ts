/** What may stand nowhere in our own code, because it opens a door (RELIABILITY.md, "Secure by default", 20). */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Ban {
  pattern: RegExp;
  why: string;
}

const bans: readonly Ban[] = [
  { pattern: /\b(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc)\b/, why: 'text of captures would become markup; bind text instead' },
  { pattern: /\bbypassSecurityTrust\w*/, why: "switches Angular's sanitising off" },
  { pattern: /\bdocument\s*\.\s*write(?:ln)?\s*\(/, why: 'text would become markup' },
  { pattern: /(?<![.\w])eval\s*\(|\bnew\s+Function\s*\(/, why: 'text would become code' },
  {
    pattern: /import\s*\{[^}]*\b(?:exec|execSync)\b[^}]*\}\s*from\s*'(?:node:)?child_process'/,
    why: 'a shell would read the string; use spawn or execa with an argument array',
  },
  { pattern: /\bshell:\s*true\b/, why: 'a shell would read the arguments' },
];

const sources = ['libs/*/src/**/*', 'apps/*/src/**/*', 'capture-rotator/src/**/*', 'migrations/*', 'scripts/**/*'];
/** They name what is banned. */
const exempt = ['scripts/lib/checks/'];

/** Every banned piece of code below `directory`, as `file:line: code (why)`. */
export function bannedCode(directory: string): string[] {
  const files = globSync(sources, { cwd: directory }).filter((path) => /\.(ts|mjs|html)$/.test(path));
  return files
    .filter((path) => !exempt.some((folder) => path.startsWith(folder)))
    .sort()
    .flatMap((path) => bannedIn(readFileSync(join(directory, path), 'utf8')).map((found) => `${path}:${found}`));
}

function bannedIn(text: string): string[] {
  return bans.flatMap(({ pattern, why }) => {
    const found = pattern.exec(text);
    if (!found) return [];
    const line = text.slice(0, found.index).split('\n').length;
    return [`${line}: ${found[0].replace(/\s+/g, ' ')} (${why})`];
  });
}
