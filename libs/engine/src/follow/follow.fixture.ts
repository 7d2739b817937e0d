/** What was said in a capture of one flow, at once or in parts of so many packets, each by a follower that knows only where the last stopped. */
import { parseIp } from '@wirecase/contract';
import { CaptureReader } from '@wirecase/pcap-parser';
import { beginning, type FollowedFlow, Follower, type FollowPlace } from './follower.ts';
import type { Said } from './said.ts';

export function flowOf(ianaNumber: number, aggregate = 1): FollowedFlow {
  return { sourceIp: parseIp('10.0.0.1')!, sourcePort: 40000, destinationIp: parseIp('10.0.0.2')!, ianaNumber, aggregate };
}

export function follow(capture: Uint8Array, flow: FollowedFlow, partPackets = Infinity): Said[] {
  const said: Said[] = [];
  let place: FollowPlace | null = beginning;
  while (place) {
    const part = followPart(capture, flow, place, partPackets);
    said.push(...part.said);
    place = part.place;
  }
  return said;
}

/** `packets` new packets from `place` on; the place behind them, null at the end. */
function followPart(capture: Uint8Array, flow: FollowedFlow, place: FollowPlace, packets: number) {
  const said: Said[] = [];
  // The place goes to a client and comes back.
  const follower = new Follower(flow, JSON.parse(JSON.stringify(place)) as FollowPlace);
  const reader = new CaptureReader();
  reader.push(capture);
  reader.finish();
  while (reader.next()) {
    if (reader.number < place.from) continue;
    said.push(...follower.take(reader));
    if (reader.number >= place.last.packet + packets) return { said, place: JSON.parse(JSON.stringify(follower.place)) as FollowPlace };
  }
  said.push(...follower.end());
  return { said, place: null };
}

/** `a 0 "GET" in 4`, `b 3 -10 in 5`: who, from where on, what (`-` so many bytes missing, `~` cut), in which packet. */
export function shown(said: readonly Said[]): string[] {
  return said.map(({ direction, packet, offset, length, bytes, gap }) => {
    const what = bytes ? JSON.stringify(new TextDecoder('latin1').decode(bytes)) : `${gap === 'cut' ? '~' : '-'}${length}`;
    return `${'ab'[direction]} ${offset} ${what} in ${packet}`;
  });
}
