import { Injectable } from '@nestjs/common';
import {
  alertQuery,
  blindSpots,
  clearingText,
  flowRecord,
  formatIp,
  formatTime,
  needs,
  openSince,
  rowToJson,
  storedType,
  triagedAlertRecord,
  WirecaseError,
  type AlertCounts,
  type CaptureQuality,
  type JsonRow,
} from '@wirecase/contract';
import { registry } from '@wirecase/detect';
import { AlertSights, FlowCounts, QualityReader } from '@wirecase/store';
import { Captures } from '../captures/captures.ts';
import { Search } from '../search/search.ts';
import { selectionOf, type SelectionParameters } from '../search/selection.ts';

/** What captures show, and what their detectors could not see. */
@Injectable()
export class Quality {
  constructor(
    private readonly captures: Captures,
    private readonly search: Search,
    private readonly reader: QualityReader,
    private readonly alertSights: AlertSights,
    private readonly flowCounts: FlowCounts,
  ) {}

  /** Throws `capture.not-found`, `capture.not-ready`. */
  async ofCapture(id: string): Promise<CaptureQuality> {
    const { state } = await this.captures.get(id);
    if (state !== 'ready') throw new WirecaseError('capture.not-ready', `The capture is ${state}: it was not analysed to its end.`);
    const [drops, quality, alerts] = await Promise.all([this.reader.dropsOf(id), this.reader.ofCapture(id), this.reader.alertsByRule(id)]);
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

  /**
   * The row of an alert, what its detector could not see, what would have kept it from firing, the search that finds its flows and what
   * these come to. Throws `alert.not-found`.
   */
  async alert(id: string): Promise<JsonRow> {
    const alert = await this.search.storedAlert(id);
    const row = rowToJson(storedType(triagedAlertRecord), alert);
    const own = row['wirecase'] as { alert: object };
    const { evidence, sourceIp, destinationIp, captureId, start, end } = alert;
    const [source, destination] = [sourceIp, destinationIp].map((ip) => (ip ? formatIp(ip) : undefined));
    const q = alertQuery({ filter: (evidence as { filter?: string }).filter, source, destination });
    // The end of a search is exclusive.
    const search = { q: openSince(q, formatTime(start)), ...(captureId && { capture: captureId }), to: formatTime(end + 1n) };
    const [unseen, counts] = await Promise.all([this.alertSights.of(alert), q ? this.countsOf(search) : null]);
    const clearing = clearingText(evidence as object);
    return { ...row, wirecase: { ...own, alert: { ...own.alert, unseen, clearing, search, counts } } };
  }

  /** Null when it takes too long: an alert is told without. */
  private async countsOf(search: SelectionParameters): Promise<AlertCounts | null> {
    try {
      return await this.flowCounts.of(selectionOf(flowRecord, search).selection);
    } catch (error) {
      if (error instanceof WirecaseError && error.code === 'query.timeout') return null;
      throw error;
    }
  }
}
