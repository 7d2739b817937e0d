import { Service, inject, signal } from '@angular/core';
import type { JsonRow } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatMany } from '../format/quantity.ts';
import { numberOf, textOf } from '../format/row.ts';
import { Notices } from './notices.ts';

/** Alerts of one capture come together: they are told of in one sentence. */
const GATHER_MS = 400;

/** Alerts that came since the list of alerts was last looked at, and a word about each burst of them. */
@Service()
export class AlertNews {
  private readonly notices = inject(Notices);
  private readonly events = inject(EventStream);
  readonly unseen = signal(0);
  private burst: JsonRow[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Returns how to stop. */
  watch(): () => void {
    const stop = this.events.listen({ 'alert.created': (alert) => this.take(alert) });
    return () => {
      stop();
      clearTimeout(this.timer);
      this.timer = undefined;
      this.burst = [];
    };
  }

  seen(): void {
    this.unseen.set(0);
  }

  private take(alert: JsonRow): void {
    this.unseen.update((count) => count + 1);
    this.burst.push(alert);
    this.timer ??= setTimeout(() => this.tell(), GATHER_MS);
  }

  private tell(): void {
    this.timer = undefined;
    this.notices.say(newsOf(this.burst));
    this.burst = [];
  }
}

/** One sentence about alerts that came together: how many, and the gravest. */
export function newsOf(alerts: readonly JsonRow[]): string {
  const gravest = alerts.reduce((a, b) => (numberOf(b, 'event.severity') > numberOf(a, 'event.severity') ? b : a));
  const where = textOf(gravest, 'source.ip') || textOf(gravest, 'destination.ip');
  const what = `${textOf(gravest, 'rule.name')} (${severityOf(numberOf(gravest, 'event.severity'))})${where && `, ${where}`}`;
  return alerts.length === 1 ? `New alert: ${what}` : `${formatMany(alerts.length, 'new alert')}, the gravest: ${what}`;
}
