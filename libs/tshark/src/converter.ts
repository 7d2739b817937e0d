import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { cleanText, WirecaseError } from '@wirecase/contract';
import { provedTools } from './proved-tools.ts';
import { runInSandbox } from './sandbox.ts';

/** Larger captures of other formats are not held in memory here: who has one converts it. */
export const maxConvertedBytes = 256 * 1024 ** 2;

/**
 * Convert a capture of a format that only Wireshark reads into pcapng at `target`, in the sandbox; `target` appears when it is complete
 * and the original stays as it is. `looksLike`: what the file is, with its article. Throws `capture.unreadable` with what to do.
 */
export async function convertCapture(path: string, looksLike: string, target: string): Promise<void> {
  const unreadable = (why: string) =>
    new WirecaseError(
      'capture.unreadable',
      `This looks like ${looksLike}, which must be converted first. ${why} By hand: editcap -F pcapng FILE NEW.pcapng`,
    );
  const { size } = await stat(path);
  if (size > maxConvertedBytes) throw unreadable(`It has ${size} bytes; at most ${maxConvertedBytes} are converted here.`);
  const { tools, status } = await provedTools();
  if (!tools) throw unreadable(status.reason!);
  if (tools.editcap === null) throw unreadable('editcap is not installed (Debian: wireshark-common).');
  const result = await runInSandbox(tools, {
    command: [tools.editcap, '-F', 'pcapng', '/in.pcap', '-'],
    input: await readFile(path),
    programs: [tools.editcap],
    limits: { wallSeconds: 60, cpuSeconds: 60, outputBytes: 2 * maxConvertedBytes },
  });
  // A capture that is cut short is converted as far as it goes, with exit code 1 or 2 and a word about it.
  if (result.ended !== null || (result.exitCode !== 0 && isHeaderAlone(result.stdout))) {
    const words = cleanText(result.stderr.trim().split('\n').at(-1) ?? '')
      .slice(0, 300)
      .replace(/\.$/, '');
    throw unreadable(
      `editcap could not read it${result.ended === null ? '' : ` within its bounds (${result.ended})`}: ${words || 'it said nothing'}.`,
    );
  }
  await writeWhole(target, result.stdout);
}

/** Whether a pcapng, little-endian as here, is empty or a section header alone: its link types have no number in that format. */
function isHeaderAlone({ buffer, byteOffset, length }: Uint8Array): boolean {
  return length < 8 || length <= new DataView(buffer, byteOffset).getUint32(4, true);
}

async function writeWhole(target: string, bytes: Uint8Array): Promise<void> {
  const part = `${target}.part`;
  const file = await open(part, 'w', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
    await rename(part, target);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}
