import { Injectable } from '@nestjs/common';
import {
  blindSpots,
  needs,
  rowToJson,
  storedType,
  triagedAlertRecord,
  WirecaseError,
  type AlertSight,
  type CaptureQuality,
  type Drops,
  type JsonRow,
} from '@wirecase/contract';
import { registry, type Entity } from '@wirecase/detect';
import { QualityReader } from '@wirecase/store';
import { Captures } from '../captures/captures.ts';
import { Search } from '../search/search.ts';

/** Hosts of an alert of which it is told one by one what could not be seen. */
const HOSTS_TOLD = 8;

/** What captures show, and what their detectors could not see. */
@Injectable()
export class Quality {
  constructor(
    private readonly captures: Captures,
    private readonly search: Search,
    private readonly reader: QualityReader,
  ) {}

  /** Throws `capture.not-found`, `capture.not-ready`. */
  async ofCapture(id: string): Promise<CaptureQuality> {
    const { state, dropped, packets } = await this.captures.get(id);
    if (state !== 'ready') throw new WirecaseError('capture.not-ready', `The capture is ${state}: it was not analysed to its end.`);
    const drops: Drops = { dropped, packets: packets ?? 0 };
    const [quality, alerts] = await Promise.all([this.reader.ofCapture(id), this.reader.alertsByRule(id)]);
    return {
      ...drops,
      ...quality,
      unseen: blindSpots(needs, quality.figures, drops),
      detectors: registry.map(({ rule }) => ({
        id: rule.id,
        name: rule.name,
        alerts: alerts.get(rule.id) ?? 0,
        unseen: blindSpots(rule.needs, quality.figures, drops),
      })),
    };
  }

  /** The row of an alert and what its detector could not see. Throws `alert.not-found`. */
  async alert(id: string): Promise<JsonRow> {
    const alert = await this.search.storedAlert(id);
    const row = rowToJson(storedType(triagedAlertRecord), alert);
    const rule = registry.find(({ rule: { id: known } }) => known === alert.ruleId)?.rule;
    const unseen = await this.sights(alert.captureId, alert.entities as readonly Entity[], alert, rule?.needs ?? []);
    const own = row['wirecase'] as { alert: object };
    return { ...row, wirecase: { ...own, alert: { ...own.alert, unseen } } };
  }

  /** By host that the alert names; by all of the capture's traffic in that time where none of them has figures. */
  private async sights(
    captureId: string,
    entities: readonly Entity[],
    { start, end }: { start: bigint; end: bigint },
    wanted: Parameters<typeof blindSpots>[0],
  ): Promise<AlertSight[]> {
    const { dropped, packets } = await this.captures.get(captureId);
    const drops: Drops = { dropped, packets: packets ?? 0 };
    const ips = [...new Set(entities.flatMap(({ ip }) => ip ?? []))].slice(0, HOSTS_TOLD);
    const times = { captureId, from: start, to: end };
    const hosts = await this.reader.ofHosts({ ...times, ips });
    const told = ips.flatMap((ip) => {
      const figures = hosts.get(ip);
      return figures ? [{ ip, flows: figures.flows, unseen: blindSpots(wanted, figures, drops) }] : [];
    });
    if (told.length > 0) return told;
    const figures = await this.reader.ofTime(times);
    return [{ ip: null, flows: figures.flows, unseen: blindSpots(wanted, figures, drops) }];
  }
}
