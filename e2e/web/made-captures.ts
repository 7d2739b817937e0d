/** Captures made for a journey: more flows or more bytes than the traces have. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ethernet, ipv4, pcap, udp, type PcapRecordFields } from '@wirecase/testkit';

const start = 1_600_000_000;

/** `count` UDP flows, a question and its answer each, one a second, from addresses of 10.20.0.0/16. */
export async function manyFlows(folder: string, count: number): Promise<string> {
  const records = Array.from({ length: count }, (_, i): PcapRecordFields[] => {
    const client = `10.20.${i >> 8}.${i & 255}`;
    const ask = ethernet(
      {},
      ipv4({ source: client, destination: '10.9.9.9' }, udp({ sourcePort: 40000, destinationPort: 9999 }, new Uint8Array(20))),
    );
    const answer = ethernet(
      {},
      ipv4({ source: '10.9.9.9', destination: client }, udp({ sourcePort: 9999, destinationPort: 40000 }, new Uint8Array(60))),
    );
    return [
      { seconds: start + i, data: ask },
      { seconds: start + i, fraction: 2000, data: answer },
    ];
  });
  return write(folder, 'many-flows.pcap', records.flat());
}

/** A capture of about so many megabytes in few packets. */
export async function bulky(folder: string, megabytes: number): Promise<string> {
  const data = ethernet({}, ipv4({}, udp({}, new Uint8Array(60_000).fill(0x77))));
  const records = Array.from({ length: Math.ceil((megabytes * 1e6) / data.length) }, (_, i) => ({ seconds: start, fraction: i, data }));
  return write(folder, 'bulky.pcap', records);
}

async function write(folder: string, name: string, records: readonly PcapRecordFields[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, pcap(records));
  return file;
}
