import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CaptureReader } from '@wirecase/pcap-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertCapture, maxConvertedBytes } from './index.ts';

const forms = fileURLToPath(new URL('../../../e2e/traces/forms/', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'converter-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function packetsOf(bytes: Uint8Array): string[] {
  const reader = new CaptureReader();
  reader.push(bytes);
  reader.finish();
  const packets: string[] = [];
  while (reader.next()) {
    const data = Buffer.from(reader.buffer.subarray(reader.dataOffset, reader.dataOffset + reader.capturedLength)).toString('hex');
    packets.push(`${reader.originalLength} ${data}`);
  }
  return packets;
}

describe('a capture of a format that only Wireshark reads', () => {
  it.each(['http-netmon2.cap', 'http-ngsniffer.cap'])('is converted with all its packets: %s', async (name) => {
    const target = join(folder, `${name}.pcapng`);
    await convertCapture(join(forms, name), 'a foreign capture', target);
    const converted = packetsOf(await readFile(target));
    expect(converted).toEqual(packetsOf(await readFile(join(forms, '../http.pcap'))));
    expect((await readdir(folder)).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('is refused with what it is and what to do when editcap cannot read it', async () => {
    const path = join(folder, 'letter');
    await writeFile(path, 'Dear reader, this is no capture.');
    await expect(convertCapture(path, 'a NetXRay capture', join(folder, 'none'))).rejects.toMatchObject({
      code: 'capture.unreadable',
      message: expect.stringMatching(/^This looks like a NetXRay capture, .*editcap could not read it: .*editcap -F pcapng/s),
    });
    expect(await readdir(folder)).not.toContain('none');
  });

  it('is refused when editcap knows no such link type, and writes a header alone', async () => {
    const path = join(folder, 'k12');
    const rule = '+---------+---------------+----------+';
    await writeFile(path, `${rule}\r\n12:25:29,493,844   ETHER\r\n|0   |ff|ff|ff|ff|ff|ff|02|00|00|00|00|01|08|06|00|01|\r\n\r\n`);
    await expect(convertCapture(path, 'a K12 text capture', join(folder, 'none'))).rejects.toThrow("can't be written");
    expect(await readdir(folder)).not.toContain('none');
  });

  it('is not held in memory when it is large', async () => {
    const path = join(folder, 'large');
    await writeFile(path, '');
    await truncate(path, maxConvertedBytes + 1);
    await expect(convertCapture(path, 'a nettl capture', join(folder, 'none'))).rejects.toThrow('268435457 bytes');
  });
});
