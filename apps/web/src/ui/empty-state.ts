import { Component, input } from '@angular/core';
import { Icon, type IconName } from './icon.ts';

/** Nothing to show, why, and (as content) what to do about it. */
@Component({
  selector: 'app-empty-state',
  imports: [Icon],
  template: `
    <app-icon [name]="icon()" />
    <h2>{{ heading() }}</h2>
    <p>{{ text() }}</p>
    <div><ng-content /></div>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      align-content: start;
      gap: 6px;
      padding: 40px 24px;
      text-align: center;
    }
    app-icon {
      width: 28px;
      height: 28px;
      margin-bottom: 4px;
      color: var(--ink-faint);
    }
    p {
      max-width: 460px;
      color: var(--ink-soft);
    }
    div {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: 8px;
      margin-top: 10px;
    }
    div:empty {
      display: none;
    }
  `,
})
export class EmptyState {
  readonly icon = input.required<IconName>();
  readonly heading = input.required<string>();
  readonly text = input.required<string>();
}
