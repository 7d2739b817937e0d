import { Component, DestroyRef, computed, inject, resource } from '@angular/core';
import type { Health } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { problemOf } from '../api/problem.ts';
import { SettingsApi } from '../api/settings-api.ts';
import { Preferences } from '../app/preferences.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const refreshMs = 5000;

/** What each part is for, so that a broken one says what is lost with it. */
const purposes: Record<string, string> = {
  database: 'Everything that is known: captures, flows, alerts, users.',
  redis: 'Hints to the worker that there is work; lost hints are made again.',
  disk: 'Evidence and indexes.',
  tshark: 'Packet columns and protocol trees, inside a proved sandbox. Without it packets show as list and bytes.',
  worker: 'Parses captures.',
  rotator: 'Captures from the interfaces of the sensors.',
  enrichment: 'What addresses tell beyond packets: vendors, countries, autonomous systems. Without it those columns are empty.',
};

const tones: Record<Health['status'], string> = { ok: 'good', degraded: 'medium', down: 'critical' };

@Component({
  selector: 'app-system',
  imports: [Icon, ProblemNote],
  template: `
    <h1>System</h1>
    @if (problem(); as problem) {
      <app-problem-note [problem]="problem" [canRetry]="true" (retry)="asked.reload()" />
    }
    @if (health(); as health) {
      <section class="panel">
        <header>
          <h2>Wirecase {{ health.version }}</h2>
          <span class="spacer"></span>
          <span class="chip" [class]="tones[health.status]">{{ health.status }}</span>
        </header>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">State</th>
              <th scope="col">What it says</th>
            </tr>
          </thead>
          <tbody>
            @for (check of checks(); track check.name) {
              <tr [attr.data-check]="check.name">
                <td>
                  <strong>{{ check.name }}</strong>
                  <div class="soft">{{ purposes[check.name] }}</div>
                </td>
                <td>
                  <span class="chip" [class]="tones[check.status]">{{ check.status }}</span>
                </td>
                <td>{{ preferences.said(check.detail) }}</td>
              </tr>
            }
            <tr>
              <td>
                <strong>live updates</strong>
                <div class="soft">Progress and new alerts as they happen; without them pages ask every two seconds.</div>
              </td>
              <td>
                <span class="chip" [class]="events.connected() ? 'good' : 'medium'">{{ events.connected() ? 'ok' : 'polling' }}</span>
              </td>
              <td>{{ events.connected() ? 'connected' : 'the event stream is not connected' }}</td>
            </tr>
          </tbody>
        </table>
      </section>
      <section class="panel">
        <header><h2>For scripts</h2></header>
        <p class="body links">
          <a href="/api/v1/openapi.json"><app-icon name="link" />OpenAPI 3.1 description of the REST API</a>
          <a href="/api/v1/metrics"><app-icon name="link" />Metrics for Prometheus</a>
        </p>
      </section>
    }
  `,
  styleUrl: './section.css',
  styles: `
    td {
      padding-top: 6px !important;
      padding-bottom: 6px !important;
    }
    .links {
      display: grid;
      gap: 6px;
    }
    .links a {
      display: inline-flex;
      align-items: center;
      gap: 6px;
    }
  `,
})
export class System {
  private readonly api = inject(SettingsApi);
  protected readonly preferences = inject(Preferences);
  protected readonly events = inject(EventStream);
  protected readonly asked = resource({ loader: () => this.api.health() });
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly health = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly checks = computed(() => Object.entries(this.health()?.checks ?? {}).map(([name, check]) => ({ name, ...check })));
  protected readonly purposes = purposes;
  protected readonly tones = tones;

  constructor() {
    const timer = setInterval(() => this.asked.reload(), refreshMs);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
