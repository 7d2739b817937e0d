/** Whether a ring file that dumpcap closed holds packets: a quiet link closes files with headers and statistics only. */
import { open } from 'node:fs/promises';
import { WirecaseError } from '@wirecase/contract';
import { CaptureReader } from '@wirecase/pcap-parser';

/** A file without packets is its headers and one statistics block: a few hundred bytes. */
const ENOUGH = 64 * 1024;

/** True also for a file that is damaged or no capture at all: only what surely holds nothing may go. Throws what the file system throws. */
export async function hasPackets(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(ENOUGH), 0, ENOUGH, 0);
    if (bytesRead === ENOUGH) return true;
    const reader = new CaptureReader();
    reader.push(buffer.subarray(0, bytesRead));
    reader.finish();
    return reader.next() || reader.damaged.length > 0;
  } catch (error) {
    if (error instanceof WirecaseError) return true;
    throw error;
  } finally {
    await file.close();
  }
}
