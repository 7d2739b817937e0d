/** What a capture adds up to, packet by packet: its part of the summary. */
import type { CaptureSummary } from '@wirecase/contract';
import { bucketLinkType, bucketName } from '@wirecase/decode';
import { type CaptureReader, linkTypeName } from '@wirecase/pcap-parser';

export class CaptureTally {
  packets = 0;
  /** Of the frames as they were on the wire. */
  bytes = 0;
  private firstSeconds = Number.POSITIVE_INFINITY;
  private firstNanos = 0;
  private lastSeconds = Number.NEGATIVE_INFINITY;
  private lastNanos = 0;
  private readonly linkTypes = new Set<number>();
  private lastLinkType = -1;
  private readonly buckets = new Map<number, number>();

  /** The packet that `reader` is at. */
  packet({ seconds, nanos, linkType }: CaptureReader, frameBytes: number): void {
    this.packets++;
    this.bytes += frameBytes;
    if (seconds < this.firstSeconds || (seconds === this.firstSeconds && nanos < this.firstNanos)) {
      this.firstSeconds = seconds;
      this.firstNanos = nanos;
    }
    if (seconds > this.lastSeconds || (seconds === this.lastSeconds && nanos > this.lastNanos)) {
      this.lastSeconds = seconds;
      this.lastNanos = nanos;
    }
    if (linkType !== this.lastLinkType) this.linkTypes.add((this.lastLinkType = linkType));
  }

  /** So many packets belong to no flow. */
  outside(bucket: number, packets: number): void {
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + packets);
  }

  /** Packets outside flows, by the name of their bucket. */
  nonFlow(): Record<string, number> {
    const nonFlow: Record<string, number> = {};
    for (const [bucket, packets] of this.buckets) nonFlow[nameOf(bucket)] = packets;
    return nonFlow;
  }

  sums(): Pick<CaptureSummary, 'packets' | 'bytes' | 'firstTimeNs' | 'lastTimeNs' | 'linkTypes' | 'nonFlow'> {
    const hasTime = this.packets > 0;
    return {
      packets: this.packets,
      bytes: this.bytes,
      firstTimeNs: hasTime ? nanoseconds(this.firstSeconds, this.firstNanos) : null,
      lastTimeNs: hasTime ? nanoseconds(this.lastSeconds, this.lastNanos) : null,
      linkTypes: [...new Set([...this.linkTypes].map(linkTypeName))],
      nonFlow: this.nonFlow(),
    };
  }
}

/** Link types have the names of tcpdump's registry, as a bucket `link-type-usb-linux`. */
function nameOf(bucket: number): string {
  const linkType = bucketLinkType(bucket);
  return linkType < 0 ? bucketName(bucket) : `link-type-${linkTypeName(linkType).toLowerCase().replaceAll('_', '-')}`;
}

function nanoseconds(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
