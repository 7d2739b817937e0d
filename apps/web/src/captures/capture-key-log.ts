import { Component, computed, inject, input, resource } from '@angular/core';
import { CapturesApi } from '../api/captures-api.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatMany } from '../format/quantity.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';

/** Secrets for what is encrypted in a capture: those in the file, and those that it was given. */
@Component({
  selector: 'app-capture-key-log',
  imports: [Icon, Instant],
  template: `
    @if (inFile() > 0) {
      <div>{{ many(inFile(), 'block') }} of secrets in the file itself</div>
    }
    @if (given(); as given) {
      @if (given.sessions > 0) {
        <span class="chip plain">{{ many(given.sessions, 'session') }}</span>
        <span class="soft">
          given by {{ given.createdBy }}, <app-instant [at]="given.createdAt!" [zone]="preferences.zone()" precision="second" />; its
          packets are shown decrypted
        </span>
      } @else if (inFile() === 0) {
        <span class="soft">TLS and QUIC stay as they are on the wire</span>
      }
      @if (session.can('write:captures')) {
        <input #file type="file" hidden aria-label="Key log" (change)="give(file)" />
        <button type="button" class="button small" title="What SSLKEYLOGFILE makes browsers and libraries write" (click)="file.click()">
          <app-icon name="upload" />{{ given.sessions > 0 ? 'Another key log' : 'Give a key log' }}
        </button>
        @if (given.sessions > 0) {
          <button type="button" class="button quiet small" (click)="forget()">Forget it</button>
        }
      }
    }
  `,
  styles: `
    .soft {
      color: var(--ink-faint);
    }
    button {
      margin-left: 6px;
    }
  `,
})
export class CaptureKeyLog {
  private readonly api = inject(CapturesApi);
  private readonly notices = inject(Notices);
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  readonly captureId = input.required<string>();
  /** Blocks of secrets that the file has. */
  readonly inFile = input.required<number>();
  private readonly asked = resource({ params: () => this.captureId(), loader: ({ params }) => this.api.keyLog(params) });
  protected readonly given = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly many = formatMany;

  protected async give(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    input.value = '';
    if (file) await this.change('Taking the key log', this.api.giveKeyLog(this.captureId(), file));
  }

  protected forget(): Promise<void> {
    return this.change('Forgetting the key log', this.api.forgetKeyLog(this.captureId()));
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
