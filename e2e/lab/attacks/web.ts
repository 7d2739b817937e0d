/** What is there is looked for at a web server, and ways into its database: by tools that ask for paths and values of a list. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../site.ts';
import type { Attack } from './attack.ts';

/** A word list: most of what it names is nowhere. */
function pathList(site: Site): string {
  const path = join(site.network.directory, 'paths');
  const words = ['admin', 'backup', 'config', 'db', 'index', 'login', 'old', 'page', 'test', 'upload', 'wp-admin', '.git/HEAD', '.env'];
  const names = words.flatMap((word) => [word, ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `${word}${i}`), `${word}.html`, `${word}.php`]);
  writeFileSync(path, site.random.shuffled(names).join('\n') + '\n');
  return path;
}

/** `rate` requests a second, by `command`, for paths of a list. */
function discovery(tool: string, command: (url: string, words: string, rate: number) => string): Attack {
  return {
    class: 'web.discovery',
    alerts: ['web.discovery'],
    technique: 'T1595.003',
    tool,
    needs: [tool],
    speeds: { fast: [20, 200], medium: [3, 10], slow: [0.7, 1.2] },
    plan(site, rate) {
      const target = site.address('web');
      return {
        jobs: [
          { host: 'evil', argv: ['bash', '-c', `exec timeout 60 ${command(`http://${target}`, pathList(site), rate)} > /dev/null 2>&1`] },
        ],
        attackers: [site.address('evil')],
        victims: [target],
        seconds: 62,
      };
    },
  };
}

const pause = (rate: number): number => Math.round(1000 / rate);

export const webAttacks: readonly Attack[] = [
  discovery('gobuster', (url, words, rate) => `gobuster dir -q -z -t 2 --delay ${2 * pause(rate)}ms -u ${url} -w ${words}`),
  discovery('ffuf', (url, words, rate) => `ffuf -s -t 4 -p ${(4 / rate).toFixed(3)} -u ${url}/FUZZ -w ${words}`),
  discovery('dirb', (url, words, rate) => `dirb ${url}/ ${words} -S -r -z ${pause(rate)}`),
  discovery('wfuzz', (url, words, rate) => `wfuzz -t 1 -s ${(1 / rate).toFixed(3)} -w ${words} --hc 404 ${url}/FUZZ`),
  {
    class: 'web.injection',
    alerts: ['web.injection'],
    technique: 'T1190',
    tool: 'sqlmap',
    needs: ['sqlmap'],
    speeds: { fast: [20, 200], medium: [3, 10], slow: [0.7, 1.2] },
    plan(site, rate) {
      const target = site.address('web');
      const home = site.network.directory;
      const command = `sqlmap -u 'http://${target}/page.html?id=7&name=x' --batch --flush-session --disable-coloring --output-dir ${home}/sqlmap --delay ${(1 / rate).toFixed(3)}`;
      return {
        jobs: [{ host: 'evil', argv: ['bash', '-c', `HOME=${home} exec timeout 60 ${command} > /dev/null 2>&1`] }],
        attackers: [site.address('evil')],
        victims: [target],
        seconds: 62,
      };
    },
  },
];
