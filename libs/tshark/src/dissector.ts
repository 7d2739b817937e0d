import { cleanText, WirecaseError, type TreeNode } from '@wirecase/contract';
import { Gate } from './gate.ts';
import { readPdmlPacket } from './pdml.ts';
import { type DissectorStatus, type ProvedTools, provedTools } from './proved-tools.ts';
import { runInSandbox, type Limits, type SandboxResult } from './sandbox.ts';

/** Wireshark's columns of one packet. */
export interface PacketColumns {
  source: string;
  destination: string;
  protocol: string;
  info: string;
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

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = limits;
  }

  /** Look for the tools and prove the sandbox, once; later calls answer from memory. */
  async status(): Promise<DissectorStatus> {
    return (await this.#check()).status;
  }

  /** Columns of every packet of a slice (pcapng or pcap bytes), in order. A packet that tshark did not reach has none. */
  async columns(slice: Uint8Array): Promise<PacketColumns[]> {
    const fields = ['_ws.col.Source', '_ws.col.Destination', '_ws.col.Protocol', '_ws.col.Info'];
    const result = await this.#run(slice, [
      '-T',
      'fields',
      '-E',
      'separator=/t',
      '-E',
      'occurrence=f',
      ...fields.flatMap((name) => ['-e', name]),
    ]);
    const lines = Buffer.from(result.stdout).toString('utf8').split('\n');
    lines.pop();
    return lines.map((line) => {
      const [source = '', destination = '', protocol = '', ...info] = line.split('\t').map(cleanText);
      return { source, destination, protocol, info: info.join(' ') };
    });
  }

  /** Protocol tree of packet number `position` (from 1) of a slice; the packets before it give reassembly its context. */
  async tree(slice: Uint8Array, position: number): Promise<TreeNode[]> {
    // Two passes, so that fields that refer to later packets are there, as in Wireshark.
    const result = await this.#run(slice, ['-2', '-Y', `frame.number == ${Math.trunc(position)}`, '-T', 'pdml']);
    return readPdmlPacket(Buffer.from(result.stdout).toString('utf8'));
  }

  async #run(slice: Uint8Array, parameters: readonly string[]): Promise<SandboxResult> {
    const { tools, status } = await this.#check();
    if (!tools) throw new WirecaseError('tshark.unavailable', status.reason!);
    if (slice.length > maxSliceBytes) {
      throw new WirecaseError(
        'tshark.failed',
        `The slice has ${slice.length} bytes; at most ${maxSliceBytes} are dissected at once. Choose fewer packets.`,
      );
    }
    return this.#gate.run(async () => {
      const command = [tools.tshark, '-n', '-r', '/in.pcap', ...parameters];
      return judge(await runInSandbox(tools, { command, input: slice, limits: this.#limits }));
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
