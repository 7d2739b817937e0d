import { Component, input, output } from '@angular/core';
import type { Problem } from '@wirecase/contract';
import { Icon } from './icon.ts';

/** What went wrong, in the server's words, with a way to try again where that makes sense. */
@Component({
  selector: 'app-problem-note',
  imports: [Icon],
  template: `
    <app-icon name="alert" />
    <div>
      <strong>{{ problem().title }}</strong>
      @for (error of problem().errors; track $index) {
        <p>{{ error.field ? error.field + ': ' : '' }}{{ error.message }}</p>
      } @empty {
        <p>{{ problem().detail }}</p>
      }
    </div>
    @if (canRetry()) {
      <button type="button" class="button small" (click)="retry.emit()">{{ retryLabel() }}</button>
    }
  `,
  host: { role: 'alert' },
  styles: `
    :host {
      display: flex;
      align-items: flex-start;
      gap: 10px;
      padding: 10px 12px;
      border: 1px solid var(--critical);
      border-radius: var(--radius-small);
      background: var(--critical-soft);
      color: var(--ink);
    }
    app-icon {
      margin-top: 1px;
      color: var(--critical);
    }
    div {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class ProblemNote {
  readonly problem = input.required<Problem>();
  readonly canRetry = input(false);
  readonly retryLabel = input('Try again');
  readonly retry = output();
}
