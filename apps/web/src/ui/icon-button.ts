import { Component, input, output } from '@angular/core';
import { Icon, type IconName } from './icon.ts';

/** A small button that is only a picture; `label` says what it does, to the pointer and to screen readers. */
@Component({
  selector: 'app-icon-button',
  imports: [Icon],
  template: `
    <button type="button" class="button quiet small icon-only" [attr.aria-label]="label()" [title]="label()" (click)="press.emit()">
      <app-icon [name]="icon()" />
    </button>
  `,
})
export class IconButton {
  readonly icon = input.required<IconName>();
  readonly label = input.required<string>();
  readonly press = output();
}
