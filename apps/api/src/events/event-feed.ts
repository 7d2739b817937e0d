import { Injectable } from '@nestjs/common';
import { ChangeListener, type Change } from '@wirecase/store';
import { Captures } from '../captures/captures.ts';
import { Search } from '../search/search.ts';
import type { EventStream } from './event-stream.ts';

interface Told {
  event: string;
  data: unknown;
}

/** Tells every open stream what changes. A change is read and written out once, however many listen, and not at all when nobody does. */
@Injectable()
export class EventFeed {
  /** Each with whether it may hear of alerts. */
  private readonly streams = new Map<EventStream, boolean>();
  private readonly waiting = new Map<string, Change>();
  private isWorking = false;
  private stop: () => void = () => undefined;

  constructor(
    private readonly changes: ChangeListener,
    private readonly captures: Captures,
    private readonly search: Search,
  ) {}

  /** From now on. Answers how to leave. */
  join(stream: EventStream, mayReadAlerts: boolean): () => void {
    if (this.streams.size === 0) this.stop = this.changes.onChange((change) => this.queue(change));
    this.streams.set(stream, mayReadAlerts);
    return () => {
      if (this.streams.delete(stream) && this.streams.size === 0) this.stop();
    };
  }

  /** After what waits already; a later change of the same key takes the place of one that waits. */
  private queue(change: Change): void {
    this.waiting.set(keyOf(change), change);
    if (!this.isWorking) void this.workOff();
  }

  private async workOff(): Promise<void> {
    this.isWorking = true;
    try {
      for (const [key, change] of this.waiting) {
        this.waiting.delete(key);
        if (this.streams.size > 0) this.send(isOfAlerts(change), await this.read(change));
      }
    } catch {
      // The database is away: the clients connect again and read everything anew.
      this.waiting.clear();
      for (const stream of this.streams.keys()) stream.end();
    } finally {
      this.isWorking = false;
    }
  }

  private send(isOnlyForAlerts: boolean, events: readonly Told[]): void {
    if (events.length === 0) return;
    const bytes = Buffer.from(events.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''));
    for (const [stream, mayReadAlerts] of this.streams) if (mayReadAlerts || !isOnlyForAlerts) stream.write(bytes);
  }

  private async read(change: Change): Promise<Told[]> {
    if ('deleted' in change) return [{ event: 'capture.deleted', data: { id: change.deleted } }];
    if ('resync' in change) return [{ event: 'resync', data: {} }];
    if ('alerts' in change) return (await this.search.alertsOf(change.alerts)).map((data) => ({ event: 'alert.created', data }));
    if ('triaged' in change) return [{ event: 'alert.updated', data: { ids: change.triaged } }];
    if ('live' in change) return [{ event: 'sensor.live', data: change.live }];
    if ('sensor' in change) return [{ event: 'sensor.updated', data: { id: change.sensor } }];
    if ('alert' in change) return this.readAlert(change.alert, change.isNew);
    const capture = await this.captures.find(change.capture);
    return capture ? [{ event: 'capture.updated', data: capture }] : [];
  }

  /** One that was deleted meanwhile is not told. */
  private async readAlert(id: string, isNew: boolean): Promise<Told[]> {
    if (!isNew) return [{ event: 'alert.updated', data: { ids: [id] } }];
    const alert = await this.search.findAlert(id);
    return alert ? [{ event: 'alert.created', data: alert }] : [];
  }
}

function isOfAlerts(change: Change): boolean {
  return 'alerts' in change || 'triaged' in change || 'alert' in change;
}

/** Hints with the same key stand for each other while they wait: of a sensor's seconds the last one is enough. */
function keyOf(change: Change): string {
  return 'live' in change ? `live ${change.live.sensor}` : JSON.stringify(change);
}
