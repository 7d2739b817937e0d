import { readFile } from 'node:fs/promises';
import { rowToJson } from '@wirecase/contract';
import { testPlatform } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';

/** Secrets that the traces were made with (e2e/traces/scenarios). */
async function analyse(trace: string) {
  const secrets: string[] = [];
  const rows: string[] = [];
  const kinds: unknown[] = [];
  const analyzer = new Analyzer({
    platform: testPlatform,
    captureSha256: new Uint8Array(32),
    sink: {
      record(type, row) {
        rows.push(JSON.stringify(rowToJson(type, row)));
        if (type.name === 'credential')
          kinds.push(`${String((row as { protocol?: unknown }).protocol)} ${String((row as { kind?: unknown }).kind)}`);
      },
    },
    onSecret: (_row, secret) => secrets.push(secret),
  });
  analyzer.push(await readFile(new URL(`../../../e2e/traces/${trace}`, import.meta.url)));
  analyzer.finish();
  return { secrets: [...new Set(secrets)], rows, kinds: [...new Set(kinds)] };
}

describe('credentials', () => {
  it.each([
    ['http.pcap', ['http password'], ['secret']],
    ['http2.pcap', ['http2 password'], ['secret']],
    ['lan.pcap', ['snmp community'], ['lab-community']],
    ['ldap.pcap', ['ldap password'], ['lab-secret']],
  ])('of %s are rows, and their secrets stay out of all of them', async (trace, kinds, known) => {
    const found = await analyse(trace);
    expect(found.kinds).toEqual(expect.arrayContaining(kinds));
    expect(found.secrets).toEqual(expect.arrayContaining(known));
    for (const secret of found.secrets) for (const row of found.rows) expect(row).not.toContain(`"${secret}"`);
  });

  it('of NTLM are answers to a challenge', async () => {
    const { kinds, secrets } = await analyse('smb.pcap');
    expect(kinds).toEqual(['smb ntlmv2']);
    for (const secret of secrets) expect(secret).toMatch(/^[^:]*::[^:]*:[0-9a-f]{16}:[0-9a-f]{32}:[0-9a-f]+$/);
  });
});
