import { Component, DestroyRef, computed, inject, resource } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { attackSteps, parseIp, type IncidentAlert, type IncidentDetail } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { IncidentsApi } from '../api/incidents-api.ts';
import { problemOf } from '../api/problem.ts';
import { Preferences } from '../app/preferences.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatDuration } from '../format/quantity.ts';
import { toNs } from '../format/time.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { stepWords, targetsText } from './incident-words.ts';

/** Narrower bars would not be seen, percent. */
const NARROWEST = 0.8;

/** One incident: what its attacker did, step by step on a time line, and everyone in it. */
@Component({
  selector: 'app-incident-page',
  imports: [Icon, Instant, ProblemNote, RouterLink],
  templateUrl: './incident.html',
  styleUrl: './incident.css',
})
export class IncidentPage {
  private readonly api = inject(IncidentsApi);
  protected readonly preferences = inject(Preferences);
  private readonly parameters = toSignal(inject(ActivatedRoute).paramMap, { requireSync: true });
  private readonly asked = resource({ params: () => this.parameters().get('id')!, loader: ({ params }) => this.api.get(params) });
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly incident = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  /** A line for each step that was taken, its alerts as bars between begin and end of the whole. */
  protected readonly lanes = computed(() => {
    const incident = this.incident();
    if (!incident) return [];
    return attackSteps.flatMap((step) => {
      const alerts = incident.chain.filter((alert) => alert.step === step);
      return alerts.length === 0 ? [] : [{ step, bars: alerts.map((alert) => barOf(alert, incident)) }];
    });
  });
  protected readonly length = computed(() => {
    const incident = this.incident();
    return incident ? formatDuration(Number(toNs(incident.end) - toNs(incident.start))) : '';
  });
  /** Not a MAC: it has a page. */
  protected readonly isAddress = (who: string) => parseIp(who) !== null;
  protected readonly severityOf = severityOf;
  protected readonly stepWords = stepWords;
  protected readonly targets = targetsText;

  constructor() {
    const reload = () => this.asked.reload();
    const stop = inject(EventStream).listen({ 'alert.created': reload, 'alert.updated': reload });
    inject(DestroyRef).onDestroy(stop);
  }
}

/** Where the alert lies within its incident, percent. */
function barOf(alert: IncidentAlert, { start, end }: IncidentDetail) {
  const whole = Math.max(1, Number(toNs(end) - toNs(start)));
  const left = Math.min(100 - NARROWEST, (100 * Number(toNs(alert.start) - toNs(start))) / whole);
  const width = Math.max(NARROWEST, (100 * Number(toNs(alert.end) - toNs(alert.start))) / whole);
  return { alert, left, width: Math.min(width, 100 - left) };
}
