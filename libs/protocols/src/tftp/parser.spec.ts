import { mutants, runProtocol, textBytes } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { tftp } from './parser.ts';

const run = (text: string) => runProtocol(tftp, [[0, textBytes(text)]], { transport: 'udp', destinationPort: 69 });
const read = '\0\x01boot/a\u00c3\u00a4.cfg\0octet\0';
const write = '\0\x02up.bin\0octet\0tsize\x005120\0BLKSIZE\x001432\0';

describe('tftp', () => {
  it('tells what is asked for', () => {
    expect(run(read)).toMatchObject({
      records: [{ record: 'tftp', packet: 1, operation: 'read', filename: 'boot/aä.cfg', mode: 'octet', options: [], size: null }],
      weirds: {},
    });
    expect(run(write).records).toMatchObject([
      { operation: 'write', filename: 'up.bin', size: 5120, options: ['tsize=5120', 'blksize=1432'] },
    ]);
  });

  it.each([
    ['another operation', '\0\x03ab\0octet\0'],
    ['another mode', '\0\x01ab\0text\0'],
    ['no end', '\0\x01ab\0octet'],
    ['nothing', ''],
  ])('counts %s', (_, text) => {
    expect(run(text)).toMatchObject({ records: [], weirds: { tftp_bad_request: 1 } });
    expect(tftp.probe('udp', 0, textBytes(text), 0, text.length, 40_000, 69)).toBe('no');
  });

  it('counts what is cut, at every byte', () => {
    for (let end = 0; end < read.length; end++) expect(run(read.slice(0, end)).records, `${end}`).toEqual([]);
  });

  it('is known on its own port only', () => {
    expect(tftp.probe('udp', 0, textBytes(read), 0, read.length, 40_000, 69)).toBe('yes');
    expect(tftp.probe('udp', 0, textBytes(read), 0, read.length, 40_000, 70)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(textBytes(write), 10_000))
      expect(runProtocol(tftp, [[0, mutant]], { transport: 'udp' }).records.length).toBeLessThan(2);
  });
});
