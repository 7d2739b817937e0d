import { cleanText, WirecaseError, type TreeNode } from '@wirecase/contract';
import { Gate } from './gate.ts';
import { type DataSource, readHexDump } from './hex-dump.ts';
import { readPdmlPacket } from './pdml.ts';
import { isAllOf, placed } from './placing.ts';
import { type DissectorStatus, type ProvedTools, provedTools } from './proved-tools.ts';
import { frameFieldsOf, renumbered, renumberedInfo } from './renumber.ts';
import { runInSandbox, type Limits, type SandboxResult } from './sandbox.ts';

/** Packets of a capture, cut out of it. */
export interface Slice {
  /** As a capture of their own, pcapng or pcap. */
  bytes: Uint8Array;
  /** The number that each has in the capture. What tshark says of packets is told by these. */
  numbers: readonly number[];
}

/** Wireshark's columns of one packet. */
export interface PacketColumns {
  source: string;
  destination: string;
  protocol: string;
  info: string;
}

/** What a packet is made of. */
export interface Dissection {
  tree: TreeNode[];
  /** The bytes beside the packet's own that nodes are in. */
  sources: DataSource[];
}

const RUNNING = 2;
const WAITING = 198;
/** A slice is cut for one flow page; more than this is never sent to tshark at once. */
export const maxSliceBytes = 64 * 1024 ** 2;

/**
 * tshark for depth on demand, always on a small slice and always sandboxed. Nothing runs before the sandbox has been proved on this
 * machine; where a proof fails, every call answers `tshark.unavailable` with the reason instead of running without it.
 */
export class Dissector {
  readonly #gate = new Gate(RUNNING, WAITING);
  readonly #limits: Partial<Limits>;
  #checked: Promise<ProvedTools> | null = null;
  #frameFields: Promise<ReadonlySet<string>> | null = null;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = limits;
  }

  /** Look for the tools and prove the sandbox, once; later calls answer from memory. */
  async status(): Promise<DissectorStatus> {
    return (await this.#check()).status;
  }

  /** Columns of every packet of a slice, in order. A packet that tshark did not reach has none. */
  async columns({ bytes, numbers }: Slice): Promise<PacketColumns[]> {
    const fields = ['_ws.col.Source', '_ws.col.Destination', '_ws.col.Protocol', '_ws.col.Info'];
    const shown = ['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=f', ...fields.flatMap((name) => ['-e', name])];
    const lines = (await this.#read(bytes, shown)).split('\n');
    lines.pop();
    return lines.map((line) => {
      const [source = '', destination = '', protocol = '', ...info] = line.split('\t').map(cleanText);
      return { source, destination, protocol, info: renumberedInfo(info.join(' '), numbers) };
    });
  }

  /** What the last packet of a slice is made of; `frame`: its bytes. The packets before it give reassembly its context. */
  async dissection({ bytes, numbers }: Slice, frame: Uint8Array): Promise<Dissection> {
    // Two passes, so that fields that refer to later packets are there, as in Wireshark.
    const last = ['-2', '-Y', `frame.number == ${numbers.length}`];
    const [pdml, frameFields] = await Promise.all([this.#read(bytes, [...last, '-T', 'pdml']), this.#fieldsOfFrames()]);
    const nodes = readPdmlPacket(pdml).map((node) => renumbered(node, numbers.at(-1)!, numbers, frameFields));
    if (isAllOf(frame, nodes)) return { tree: placed(nodes, [frame]), sources: [] };
    // Of the line before the bytes nothing but the number is wanted: what it says could look like them.
    const dump = await this.#read(bytes, [...last, '-x', '-o', 'gui.column.format:"No.","%m"']);
    const sources = readHexDump(dump).slice(1);
    return { tree: placed(nodes, [frame, ...sources.map((source) => source.bytes)]), sources };
  }

  /** What tshark prints of a slice. */
  async #read(slice: Uint8Array, parameters: readonly string[]): Promise<string> {
    if (slice.length > maxSliceBytes) {
      throw new WirecaseError(
        'tshark.failed',
        `The slice has ${slice.length} bytes; at most ${maxSliceBytes} are dissected at once. Choose fewer packets.`,
      );
    }
    return this.#run(slice, ['-n', '-r', '/in.pcap', ...parameters]);
  }

  /** Asked of tshark once: it is another list in each version. */
  #fieldsOfFrames(): Promise<ReadonlySet<string>> {
    this.#frameFields ??= this.#run(new Uint8Array(0), ['-G', 'fields']).then(frameFieldsOf);
    this.#frameFields.catch(() => (this.#frameFields = null));
    return this.#frameFields;
  }

  async #run(input: Uint8Array, parameters: readonly string[]): Promise<string> {
    const { tools, status } = await this.#check();
    if (!tools) throw new WirecaseError('tshark.unavailable', status.reason!);
    return this.#gate.run(async () => {
      const result = await runInSandbox(tools, { command: [tools.tshark, ...parameters], input, limits: this.#limits });
      return Buffer.from(judge(result).stdout).toString('utf8');
    });
  }

  #check(): Promise<ProvedTools> {
    this.#checked ??= provedTools();
    return this.#checked;
  }
}

function judge(result: SandboxResult): SandboxResult {
  if (result.ended === 'time')
    throw new WirecaseError('tshark.failed', 'tshark was ended: it took more than its time. Choose fewer packets.');
  if (result.ended === 'output')
    throw new WirecaseError('tshark.failed', 'tshark was ended: it printed more than is taken. Choose fewer packets.');
  if (result.exitCode !== 0) {
    const words = cleanText(result.stderr.trim().split('\n').at(-1) ?? '').slice(0, 300);
    throw new WirecaseError('tshark.failed', `tshark ended with ${result.exitCode ?? result.signal}: ${words}`);
  }
  return result;
}
