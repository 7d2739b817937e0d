/** Minutes of a sensor as a chart wants them: one bar a minute, or several minutes a bar, without holes. */
import { formatTime, type Histogram, type SensorGap, type TrafficMinute } from '@wirecase/contract';

const minuteMs = 60_000;
const mostBars = 240;

export interface Series {
  /** Milliseconds since 1970 of the first bar, and width of each. */
  fromMs: number;
  stepMs: number;
  packets: number[];
  bytes: number[];
  flows: number[];
  /** Whether packets were missed in the bar. */
  isGap: boolean[];
}

/** The last `minutes` up to now. */
export function seriesOf(traffic: readonly TrafficMinute[], gaps: readonly SensorGap[], minutes: number, nowMs: number): Series {
  const stepMs = Math.ceil(minutes / mostBars) * minuteMs;
  const bars = Math.ceil((minutes * minuteMs) / stepMs);
  const fromMs = (Math.floor(nowMs / stepMs) - bars + 1) * stepMs;
  const zeros = () => Array.from({ length: bars }, () => 0);
  const series: Series = { fromMs, stepMs, packets: zeros(), bytes: zeros(), flows: zeros(), isGap: zeros().map(() => false) };
  for (const { minute, packets, bytes, flows } of traffic) {
    const at = Math.floor((Date.parse(minute) - fromMs) / stepMs);
    if (at < 0 || at >= bars) continue;
    series.packets[at]! += packets;
    series.bytes[at]! += bytes;
    series.flows[at]! += flows;
  }
  for (const { from, to } of gaps) {
    const first = Math.max(0, Math.floor((Date.parse(from) - fromMs) / stepMs));
    const last = Math.min(bars - 1, Math.floor((Date.parse(to) - fromMs) / stepMs));
    for (let at = first; at <= last; at++) series.isGap[at] = true;
  }
  return series;
}

/** The flows that began, as the search page's histogram takes them. */
export function histogramOf({ fromMs, stepMs, flows, bytes }: Series): Histogram {
  const instant = (ms: number) => formatTime(BigInt(ms) * 1_000_000n);
  return { from: instant(fromMs), to: instant(fromMs + stepMs * flows.length), intervalNs: stepMs * 1e6, counts: flows, bytes, tookMs: 0 };
}
