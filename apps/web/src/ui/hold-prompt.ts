import { DIALOG_DATA, Dialog, DialogRef } from '@angular/cdk/dialog';
import { Component, Service, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

export interface HoldAnswer {
  reason: string;
  beforeSeconds: number;
  afterSeconds: number;
}

/** Asks why something is kept, and how much around an alert. */
@Service()
export class HoldPrompt {
  private readonly dialog = inject(Dialog);

  /** `hasTime`: whether seconds are asked for. `null` when cancelled. */
  async ask(question: { heading: string; text: string; hasTime: boolean }): Promise<HoldAnswer | null> {
    const ref = this.dialog.open<HoldAnswer>(HoldDialog, { data: question, ariaLabelledBy: 'hold-heading' });
    return (await firstValueFrom(ref.closed)) ?? null;
  }
}

@Component({
  selector: 'app-hold-dialog',
  template: `
    <form class="dialog" novalidate (submit)="send($event, reason.value)">
      <h2 id="hold-heading">{{ question.heading }}</h2>
      <p>{{ question.text }}</p>
      <div class="field">
        <label for="hold-reason">Reason</label>
        <input
          #reason
          id="hold-reason"
          type="text"
          maxlength="500"
          autocomplete="off"
          aria-describedby="hold-hint"
          (input)="wrong.set(false)"
        />
        <span id="hold-hint" [class]="wrong() ? 'wrong' : 'hint'">Say why; it is in the audit log.</span>
      </div>
      @if (question.hasTime) {
        <div class="times">
          <div class="field">
            <label for="hold-before">Seconds before</label>
            <input
              id="hold-before"
              type="number"
              min="0"
              max="86400"
              [value]="before()"
              (input)="before.set($any($event.target).valueAsNumber)"
            />
          </div>
          <div class="field">
            <label for="hold-after">Seconds after</label>
            <input
              id="hold-after"
              type="number"
              min="0"
              max="86400"
              [value]="after()"
              (input)="after.set($any($event.target).valueAsNumber)"
            />
          </div>
        </div>
      }
      <div class="actions">
        <button type="button" class="button" (click)="ref.close()">Cancel</button>
        <button type="submit" class="button primary">Keep</button>
      </div>
    </form>
  `,
  styles: `
    .times {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 12px;
    }
    input[type='number'] {
      width: 100%;
    }
  `,
})
export class HoldDialog {
  protected readonly question = inject<{ heading: string; text: string; hasTime: boolean }>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<HoldAnswer>>(DialogRef);
  protected readonly wrong = signal(false);

  protected readonly before = signal(300);
  protected readonly after = signal(300);

  protected send(event: Event, reason: string): void {
    event.preventDefault();
    if (reason.trim() === '') this.wrong.set(true);
    else this.ref.close({ reason: reason.trim(), beforeSeconds: this.before(), afterSeconds: this.after() });
  }
}
