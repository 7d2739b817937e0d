/**
 * Logins by RDP. Their outcomes are told within the encryption, but who is let in gets to see a desktop, and who is not gets little and the
 * end. State: at most MAX_OPEN connections; those that began longest ago go first.
 */
import type { Login, RowOf } from '@wirecase/contract';
import type { rdpRecord } from '@wirecase/protocols';
import type { EndedFlow } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { type HostTable, MAX_HOSTS } from '../host-table.ts';

const MAX_OPEN = 8192;
const PORTS = 65_536;
/** Payload of the server, bytes: settings, certificates and a refusal are less, the picture of a desktop is more. */
const DESKTOP_BYTES = 10_000;
/** Payload of the client: keys and a password are more; who only looks what the server offers sends less. */
const LOGIN_BYTES = 800;

export class RdpConnections {
  private readonly hosts: HostTable;
  /** The user that each names, empty for none. */
  private readonly users = new GenerationMap<string>(MAX_OPEN);

  constructor(hosts: HostTable) {
    this.hosts = hosts;
  }

  begun({ sourceIp, sourcePort, destinationIp, cookie }: RowOf<typeof rdpRecord.fields>): void {
    this.users.set(this.keyOf(this.hosts.hostOf(sourceIp), this.hosts.hostOf(destinationIp), sourcePort ?? 0), cookie ?? '');
  }

  /** The login in a connection that is closed, null for none. */
  closed(flow: EndedFlow): Login | null {
    if (this.users.isEmpty) return null;
    const [source, destination] = [this.hosts.sourceOf(flow, 0), this.hosts.destinationOf(flow, 0)];
    if (source < 0 || destination < 0) return null;
    const user = this.users.take(this.keyOf(source, destination, flow.sourcePort));
    if (user === undefined || flow.payloadBytes(0) < LOGIN_BYTES) return null;
    const outcome = flow.payloadBytes(1) < DESKTOP_BYTES ? 'failure' : 'success';
    return { user: user === '' ? null : user, outcome, isClear: false };
  }

  clear(): void {
    this.users.clear();
  }

  private keyOf(source: number, destination: number, port: number): number {
    return (source * MAX_HOSTS + destination) * PORTS + port;
  }
}
