/** When the packets of an attack went over the wire. */
import { formatIp } from '@wirecase/contract';
import { decode, Packet } from '@wirecase/decode';
import { CaptureReader } from '@wirecase/pcap-parser';
import type { Label } from './labels.ts';

/**
 * Times (seconds since 1970) of the packets from an attacker of `label` to a victim while it ran; of all to the victims but those of neighbours
 * when sources are forged. Of a sweep, of the first packet to each: a scanner of UDP sends two to a host.
 */
export function probesOf(capture: Uint8Array, label: Label): number[] {
  const times: number[] = [];
  const reader = new CaptureReader();
  const packet = new Packet();
  const isArp = label.attackers.some((attacker) => attacker.length === 17);
  const isSweep = label.class.startsWith('sweep.');
  const reached = new Set<string>();
  const attackers = new Set(label.attackers);
  reader.push(capture);
  reader.finish();
  while (reader.next()) {
    const seconds = reader.seconds + reader.nanos / 1e9;
    if (seconds < label.start - 0.1 || seconds > label.end + 0.5) continue;
    decode(packet, reader.view, reader.dataOffset, reader.capturedLength, reader.originalLength, reader.linkType);
    const { buffer } = reader;
    if (isArp) {
      if (packet.etherType === 0x0806 && isClaim(buffer, packet, label, attackers)) times.push(seconds);
    } else if (packet.ipVersion !== 0 && (packet.fragmentOffset === 0 || !packet.isFragment)) {
      const bytes = packet.ipVersion === 4 ? 4 : 16;
      const source = formatIp(buffer.subarray(packet.sourceIpOffset, packet.sourceIpOffset + bytes));
      const destination = formatIp(buffer.subarray(packet.destinationIpOffset, packet.destinationIpOffset + bytes));
      if (isSweep && reached.has(destination)) continue;
      if (
        attackers.size > 0
          ? attackers.has(source) && isVictim(destination, label)
          : label.victims.includes(destination) && !isNeighbour(source, destination)
      ) {
        times.push(seconds);
        reached.add(destination);
      }
    }
  }
  return times;
}

function isVictim(address: string, label: Label): boolean {
  return label.victims.some(
    (victim) => victim === address || (victim.endsWith(':') && address.startsWith(victim)) || isInside(address, victim),
  );
}

/** Whether two IPv4 addresses are of one /24. */
function isNeighbour(a: string, b: string): boolean {
  return a.slice(0, a.lastIndexOf('.')) === b.slice(0, b.lastIndexOf('.'));
}

/** IPv4 only. */
function isInside(address: string, network: string): boolean {
  const [base, bits] = network.split('/');
  if (bits === undefined || address.includes(':')) return false;
  const shift = 32 - Number(bits);
  return Math.floor(numberOf(address) / 2 ** shift) === Math.floor(numberOf(base!) / 2 ** shift);
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}

/** An ARP packet of an attacker: for spoofing one that claims a victim's address, for a sweep a question. */
function isClaim(buffer: Uint8Array, packet: Packet, label: Label, attackers: ReadonlySet<string>): boolean {
  const at = packet.payloadOffset;
  const mac = [...buffer.subarray(at + 8, at + 14)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  if (!attackers.has(mac)) return false;
  return label.class.startsWith('sweep') ? buffer[at + 7] === 1 : label.victims.includes(formatIp(buffer.subarray(at + 14, at + 18)));
}
