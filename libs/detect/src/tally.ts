/** Events about one thing within a sliding window, and the episode that they make once there are enough of them. */
import type { DetectContext } from './detector.ts';

/** Packet numbers kept as evidence. */
const MAX_PACKETS = 50;

/** What crossed its threshold and may still go on. */
export interface Episode {
  count: number;
  /** The first of them, the crossing one among them. */
  packets: number[];
  startSeconds: number;
  endSeconds: number;
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
}

interface Event {
  seconds: number;
  timeNs: bigint;
  packet: number;
}

export class Tally {
  episode: Episode | null = null;
  /** The newest events, as many as the threshold; `next` is the place of the oldest once they are all there. */
  private events: Event[] = [];
  private next = 0;

  get count(): number {
    return this.episode?.count ?? this.events.length;
  }

  /** Count an event now; answers whether it is the one that crosses. `window` in seconds. */
  add(context: DetectContext, window: number, threshold: number): boolean {
    const { seconds, timeNs, packet } = context;
    if (this.episode) {
      extend(this.episode, context);
      return false;
    }
    const event = { seconds, timeNs, packet };
    if (this.events.length < threshold) this.events.push(event);
    else {
      this.events[this.next] = event;
      this.next = (this.next + 1) % threshold;
    }
    const first = this.events[this.next]!;
    if (this.events.length < threshold || seconds - first.seconds > window) return false;
    const inOrder = [...this.events.slice(this.next), ...this.events.slice(0, this.next)];
    // What a parser tells at the end of a connection may be older than what was told before it.
    const times = inOrder.map((each) => each.timeNs).toSorted((a, b) => (a < b ? -1 : 1));
    const [startNs, endNs] = [times[0]!, times.at(-1)!];
    this.episode = {
      count: inOrder.length,
      packets: [...new Set(inOrder.map((each) => each.packet))].slice(-MAX_PACKETS),
      startSeconds: first.seconds,
      endSeconds: seconds,
      startNs,
      endNs,
      detectedAtNs: endNs,
    };
    return true;
  }

  /** Whether nothing came for `window` seconds since the last event of the episode. */
  isQuiet(seconds: number, window: number): boolean {
    return this.episode !== null && seconds - this.episode.endSeconds > window;
  }

  /** The episode that is over, if there was one; counting begins anew. */
  close(): Episode | null {
    const { episode } = this;
    this.episode = null;
    this.events = [];
    this.next = 0;
    return episode;
  }
}

function extend(episode: Episode, { seconds, timeNs, packet }: DetectContext): void {
  episode.count++;
  if (episode.packets.length < MAX_PACKETS && episode.packets.at(-1) !== packet) episode.packets.push(packet);
  episode.endSeconds = seconds;
  if (timeNs < episode.startNs) episode.startNs = timeNs;
  if (timeNs > episode.endNs) episode.endNs = timeNs;
}

/** `0.2 s`, `35 ms`, `12 min`. */
export function spanText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 600) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
