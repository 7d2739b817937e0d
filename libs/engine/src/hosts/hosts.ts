/**
 * The inventory: what flows, records, logins, ARP and SYNs tell of each address, written as one row per address when a capture ends. It
 * hears of flows as they are emitted and of records while they are said; per packet it looks at SYNs that begin a flow, and at ARP.
 */
import { hostRecord, type FlowRow, type Login, type RecordSink, type RecordType } from '@wirecase/contract';
import type { Packet } from '@wirecase/decode';
import { ArpPacket, macText } from '../arp-packet.ts';
import type { SpeechListener } from '../conversation-context.ts';
import type { IdMaker } from '../ids.ts';
import { isOfManySources, isToMany } from '../many-ends.ts';
import type { Host } from './host.ts';
import { HostTable } from './host-table.ts';
import { hostRow } from './host-row.ts';
import { ownMacs } from './macs.ts';
import { osOfSyn, osOfTtl } from './os-guess.ts';
import { addRoles } from './roles.ts';
import { synHash, synLayout } from './syn-options.ts';
import { tellers } from './tellers.ts';

/** Transports whose ports are services. */
const withServices = new Set(['tcp', 'udp', 'sctp']);
/** Where Linux begins to take ports of clients (RFC 6335 6 begins at 49152). */
const FIRST_EPHEMERAL_PORT = 32_768;
/** Ids of rows are numbers of a file and of a row in it. */
const IDS_PER_FILE = 1 << 16;
/** Names, services and so on of all hosts of a capture together. */
const MAX_NOTES = 400_000;

/** What the inventory needs to know of a flow in a slot. */
export interface FlowEnds {
  at(slot: number): { readonly sourceIp: Uint8Array; readonly destinationIp: Uint8Array };
}

export interface HostsParts {
  sink: RecordSink;
  ids: IdMaker;
  flow: FlowEnds;
  clock: { readonly timeNs: bigint };
  /** Below `IDS_PER_FILE`. */
  maxHosts: number;
}

export class Hosts implements SpeechListener {
  private readonly parts: HostsParts;
  private readonly table: HostTable;
  private nextId = 0;
  private readonly arpView = new ArpPacket();

  constructor(parts: HostsParts) {
    this.parts = parts;
    this.table = new HostTable(parts.maxHosts, MAX_NOTES);
  }

  /** A flow's row is complete. Rows that stand for several flows count where all of them have the same end. */
  flow(row: FlowRow): void {
    const source = isOfManySources(row) ? null : this.table.of(row.sourceIp);
    const destination = isToMany(row) ? null : this.table.of(row.destinationIp);
    if (source) this.sideOf(source, destination, row, 'source');
    if (destination) this.sideOf(destination, source, row, 'destination');
    if (row.destinationPackets > 0 && row.destinationPort !== null && withServices.has(row.transport))
      this.service(row, source, destination);
  }

  record(type: RecordType, row: object): void {
    tellers.get(type)?.(row, this.table);
  }

  login(slot: number, service: string, { user, outcome }: Login): void {
    if (user === null) return;
    const { sourceIp, destinationIp } = this.parts.flow.at(slot);
    const { timeNs } = this.parts.clock;
    this.table.of(sourceIp)?.user(user, service, 'client', outcome, timeNs);
    this.table.of(destinationIp)?.user(user, service, 'server', outcome, timeNs);
  }

  /** A packet of the bucket `Arp`: its sender is there, and says which MAC address it has (RFC 826). */
  arp(packet: Packet, view: DataView): void {
    if (!this.arpView.read(packet, view)) return;
    const { senderIp, senderMac } = this.arpView;
    // Neither a probe (RFC 5227 2.1.1) nor multicast has a sender.
    if (senderIp >>> 24 === 0 || senderIp >>> 24 >= 224 || senderMac === 0) return;
    const host = this.table.ofKey(senderIp | 0);
    const { timeNs } = this.parts.clock;
    host.isHeard = true;
    host.seen(timeNs, timeNs);
    if (host.arpMac === senderMac) return;
    host.arpMac = senderMac;
    host.mac(macText(senderMac), 'said');
  }

  /** A SYN without ACK that begins a flow: the order of its options tells who sent it. */
  syn(packet: Packet, view: DataView): void {
    const host = this.table.of(addressAt(packet, view));
    if (!host) return;
    const hash = synHash(packet, view);
    if (hash === host.synHash) return;
    host.synHash = hash;
    host.reason(osOfSyn(synLayout(packet, view), packet.tcpWindow));
  }

  /** Write the rows of the file at hand, and begin anew. `file`: a number that no other file of the series has. */
  finish(file: number): void {
    const heard = [...this.table.all()].filter((host) => host.isHeard);
    for (const host of heard) addRoles(host);
    const macs = ownMacs(heard);
    this.nextId = file * IDS_PER_FILE;
    for (const host of heard) this.write(host, 1, macs.get(host) ?? []);
    for (const { host, hosts } of this.table.sums()) if (host.isHeard) this.write(host, Math.max(1, hosts), []);
    this.clear();
  }

  /** Forget what was heard: its rows are of no use. */
  clear(): void {
    this.table.clear();
  }

  private write(host: Host, hosts: number, macs: readonly string[]): void {
    this.parts.sink.record(hostRecord, hostRow(host, this.parts.ids.id(this.nextId++), hosts, macs));
  }

  private sideOf(host: Host, peer: Host | null, row: FlowRow, side: 'source' | 'destination'): void {
    const isSource = side === 'source';
    const packets = isSource ? row.sourcePackets : row.destinationPackets;
    if (isSource) host.flowsOut += row.aggregate;
    else host.flowsIn += row.aggregate;
    host.packetsSent += packets;
    host.packetsReceived += isSource ? row.destinationPackets : row.sourcePackets;
    host.bytesSent += isSource ? row.sourceBytes : row.destinationBytes;
    host.bytesReceived += isSource ? row.destinationBytes : row.sourceBytes;
    if (peer) host.peers.add(peer.key, row.aggregate, row.bytes);
    else if (row.aggregateIps) this.addPeers(host, row.aggregateIps);
    if (packets === 0) return;
    host.isHeard = true;
    host.seen(row.start, row.end);
    const ttl = isSource ? row.sourceTtl : row.destinationTtl;
    // Multicast and ICMP errors have hop limits of their own.
    if (ttl !== null && row.transport === 'tcp' && ttl !== host.ttl) {
      host.ttl = ttl;
      host.reason(osOfTtl(ttl));
    }
    const mac = isSource ? row.sourceMac : row.destinationMac;
    // A tunnel's frames are those of its endpoints.
    if (mac !== null && row.tunnelTypes === null) host.mac(mac, 'frame');
  }

  /** One packet to or from each of them. */
  private addPeers(host: Host, ips: readonly Uint8Array[]): void {
    for (const ip of ips) {
      const peer = this.table.of(ip);
      if (peer) host.peers.add(peer.key, 1, 0);
    }
  }

  private service(row: FlowRow, source: Host | null, destination: Host | null): void {
    const { transport, destinationPort, state, start, end, aggregate } = row;
    // A reset is no service.
    if (transport === 'tcp' && (state === 'REJ' || state === 'RSTRH' || state === 'S0' || state === 'SH' || state === 'SHR')) return;
    const protocols = row.identifiedBy === 'content' ? row.protocols : [];
    // Nobody knows who of the two serves.
    if (transport === 'udp' && protocols.length === 0 && destinationPort! >= FIRST_EPHEMERAL_PORT) return;
    destination?.offered(transport, destinationPort!, protocols, aggregate, start, end);
    source?.used(transport, destinationPort!, protocols, aggregate, start, end);
  }
}

function addressAt(packet: Packet, view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + packet.sourceIpOffset, packet.ipVersion === 4 ? 4 : 16);
}
