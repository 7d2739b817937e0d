/** What is due on a channel, sent: one by one, gathered, or as much as the hour allows and the rest together. */
import { createHash } from 'node:crypto';
import { alertRecord, type Channel } from '@wirecase/contract';
import { AlertSights, Channels, RecordReader, type Config, type DueDelivery } from '@wirecase/store';
import type { StoredAlert } from './messages.ts';
import { send } from './send.ts';

/** How long what is over the limit waits before it is looked at again. */
const OVER_LIMIT_SECONDS = 60;

export class Notifier {
  private readonly channels: Channels;
  private readonly reader: RecordReader;
  private readonly sights: AlertSights;
  private readonly config: Config;

  constructor(channels: Channels, reader: RecordReader, sights: AlertSights, config: Config) {
    this.channels = channels;
    this.reader = reader;
    this.sights = sights;
    this.config = config;
  }

  /** Send what is due. May be called at any time, by several workers at once: one of them has the channel. */
  async notify(channelId: string): Promise<void> {
    if (!(await this.channels.lease(channelId))) return;
    try {
      const channel = await this.channels.get(channelId);
      const due = await this.channels.dueOf(channel);
      // Tests and what ails sensors: few, and each at once.
      const single = due.filter(({ alertId }) => alertId === null);
      for (const each of single) await this.tell(channel, [each]);
      for (const batch of await this.batches(
        channel,
        due.filter(({ alertId }) => alertId !== null),
      ))
        await this.tell(channel, batch);
    } finally {
      await this.channels.giveBack(channelId);
    }
  }

  private async batches(channel: Channel, due: readonly DueDelivery[]): Promise<(readonly DueDelivery[])[]> {
    if (due.length === 0) return [];
    const left = channel.perHour === null ? Infinity : channel.perHour - (await this.channels.sentLately(channel.id));
    if (left <= 0) {
      await this.channels.postpone(
        due.map(({ id }) => id),
        OVER_LIMIT_SECONDS,
      );
      return [];
    }
    if (channel.digestMinutes > 0) return [due];
    if (due.length <= left) return due.map((each) => [each]);
    return [...due.slice(0, left - 1).map((each) => [each]), due.slice(left - 1)];
  }

  /** A failure is written down and tried again later; the others go on. */
  private async tell(channel: Channel, batch: readonly DueDelivery[]): Promise<void> {
    const alerts = await this.alertsOf(batch);
    const known = new Set(alerts.map(({ id }) => id));
    const gone = batch.filter(({ alertId }) => alertId !== null && !known.has(alertId));
    if (gone.length > 0) await this.channels.gone(gone.map(({ id }) => id));
    const ids = batch.filter((each) => !gone.includes(each)).map(({ id }) => id);
    if (ids.length === 0) return;
    const notices = batch.flatMap(({ notice }) => notice ?? []);
    const message = { id: idOf(ids), alerts, notices };
    try {
      await send(channel, await this.channels.secretOf(channel.id), message, this.config);
    } catch (error) {
      // Whatever a server or the network did: the operator reads it in the delivery log.
      await this.channels.notSent(ids, (error as Error).message);
      return;
    }
    await this.channels.sent(ids, message.id);
  }

  private async alertsOf(batch: readonly DueDelivery[]): Promise<StoredAlert[]> {
    const ids = batch.flatMap(({ alertId }) => (alertId === null ? [] : [alertId]));
    if (ids.length === 0) return [];
    const selection = { where: 'alert_id = ANY ($1::uuid[])', params: [ids] };
    const { rows } = await this.reader.search(alertRecord, selection, { sort: 'event.start', limit: ids.length });
    const alerts: StoredAlert[] = [];
    for (const row of rows) alerts.push({ ...row, unseen: await this.sights.of(row) });
    return alerts;
  }
}

/** The same for the same deliveries, whoever sends them and when. */
function idOf(ids: readonly string[]): string {
  return createHash('sha256').update(ids.toSorted().join()).digest('hex').slice(0, 32);
}
