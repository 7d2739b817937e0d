import { Component, computed, inject, input, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Hold } from '@wirecase/contract';
import { HoldsApi } from '../api/holds-api.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { HoldPrompt } from '../ui/hold-prompt.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';

/** Who keeps a capture, and why; keep it and release it. */
@Component({
  selector: 'app-capture-holds',
  imports: [Icon, Instant, RouterLink],
  template: `
    @for (hold of holds(); track hold.id) {
      <div class="hold">
        <span class="chip plain">held</span>
        <span>
          {{ hold.reason }}
          <span class="soft">
            {{ hold.createdBy }}, <app-instant [at]="hold.createdAt" [zone]="preferences.zone()" precision="second" />
            @if (hold.alertId; as alert) {
              , <a [routerLink]="['/alerts', alert]">around an alert</a>
            }
            @if (hold.expiresAt; as end) {
              , until <app-instant [at]="end" [zone]="preferences.zone()" precision="second" />
            }
          </span>
        </span>
        @if (session.can('write:captures')) {
          <button type="button" class="button quiet small" (click)="release(hold)">Release</button>
        }
      </div>
    } @empty {
      <span class="soft"
        >by nobody: it goes when {{ isOfRing() ? 'its ring needs the room, or somebody deletes it' : 'somebody deletes it' }}</span
      >
    }
    @if (session.can('write:captures')) {
      <button type="button" class="button small" (click)="keep()"><app-icon name="shield" />Keep it</button>
    }
  `,
  styles: `
    .hold {
      display: flex;
      align-items: baseline;
      gap: 8px;
      margin-bottom: 6px;
    }
    .soft {
      color: var(--ink-faint);
    }
    button {
      margin-left: 6px;
    }
  `,
})
export class CaptureHolds {
  private readonly api = inject(HoldsApi);
  private readonly notices = inject(Notices);
  private readonly prompt = inject(HoldPrompt);
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  readonly captureId = input.required<string>();
  /** Of a sensor, whose budget deletes what is old. */
  readonly isOfRing = input.required<boolean>();
  private readonly asked = resource({ params: () => this.captureId(), loader: ({ params }) => this.api.of(params) });
  protected readonly holds = computed(() => (this.asked.hasValue() ? this.asked.value() : []));

  protected async keep(): Promise<void> {
    const text = `Nobody can delete it${this.isOfRing() ? ', and its ring does not,' : ''} until it is released.`;
    const answer = await this.prompt.ask({ heading: 'Keep this capture', text, hasTime: false });
    if (answer) await this.change('Keeping', this.api.holdCapture(this.captureId(), answer.reason));
  }

  protected release(hold: Hold): Promise<void> {
    return this.change('Releasing', this.api.release(hold.id));
  }

  private async change(what: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.notices.fail(what, error);
    }
    this.asked.reload();
  }
}
