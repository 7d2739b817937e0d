import type { AlertRow } from '@wirecase/contract';
import type { Analyzer } from '@wirecase/engine';
import { sayLive, sayTops, upsertAlert, type Pool } from '@wirecase/store';
import { LagMeter } from './lag-meter.ts';
import type { Outlet } from './outlet.ts';
import type { RateMeter } from './rate-meter.ts';
import type { GrowingFile } from './ring-file.ts';

/** How often alerts that go on are looked for, and rates told. */
const alertsEveryMs = 100;
const liveEveryMs = 1000;
const topsEveryMs = 5000;

export interface TellerParts {
  pool: Pool;
  sensorId: string;
  meter: RateMeter;
  outlet: Outlet;
}

/** What people see of a file that is still written: alerts as they cross their threshold, rates, hosts and protocols. */
export class Teller {
  private readonly parts: TellerParts;
  private readonly lagMeter = new LagMeter();
  /** Alerts that were told and go on: as they were told last. */
  private readonly told = new Map<string, string>();
  private alertsAt = 0;
  private liveAt = 0;
  private topsAt = 0;

  constructor(parts: TellerParts) {
    this.parts = parts;
  }

  /** Whether an alert goes on. */
  get isWaiting(): boolean {
    return this.told.size > 0;
  }

  /** Ids of alerts that were told and are not among these. */
  notAmong(alerts: readonly AlertRow[]): string[] {
    const known = new Set(alerts.map((alert) => alert.id));
    return [...this.told.keys()].filter((id) => !known.has(id));
  }

  /** These go on, as they are; all others have ended. */
  continueWith(open: readonly AlertRow[]): void {
    this.told.clear();
    for (const alert of open) this.told.set(alert.id, fingerprint(alert));
  }

  /** Tell what is new of `captureId`: alerts, as of `seconds` since 1970. */
  async tellAlerts(captureId: string, analyzer: Analyzer, seconds: number): Promise<void> {
    const now = performance.now();
    if (now - this.alertsAt < alertsEveryMs || analyzer.packets === 0) return;
    this.alertsAt = now;
    const { pool, outlet } = this.parts;
    for (const alert of [...analyzer.openAlerts(seconds), ...outlet.ended]) {
      const print = fingerprint(alert);
      if (this.told.get(alert.id) === print) continue;
      this.told.set(alert.id, print);
      await upsertAlert(pool, captureId, alert);
    }
  }

  /** Once a second the rates, now and then hosts and protocols. `filesBehind`: how many files wait behind the one that is read. */
  async tellRates(growing: GrowingFile, analyzer: Analyzer, filesBehind: () => Promise<number>): Promise<void> {
    const now = performance.now();
    if (now - this.liveAt < liveEveryMs) return;
    this.liveAt = now;
    const { pool, sensorId, meter, outlet } = this.parts;
    const waitingBytes = await growing.waitingBytes();
    const waitingFiles = await filesBehind();
    const { packets, bytes, flows } = meter.rate(Math.floor(Date.now() / 1000) - 1);
    await sayLive(
      pool,
      {
        sensor: sensorId,
        at: new Date().toISOString(),
        ...{ packets, bits: bytes * 8, flows, openFlows: analyzer.openFlows, waitingBytes, waitingFiles },
        lagSeconds: this.lagMeter.seconds(Date.now() / 1000, meter.lastSecond, waitingBytes, waitingFiles),
      },
      meter.readMinutes(),
    );
    if (now - this.topsAt < topsEveryMs) return;
    this.topsAt = now;
    await sayTops(pool, sensorId, outlet.traffic.tops(analyzer));
  }
}

/** What of an alert is worth telling again. */
function fingerprint({ end, severity, evidence }: AlertRow): string {
  return `${end} ${severity} ${(evidence as { value: number }).value}`;
}
