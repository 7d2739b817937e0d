import { Component, computed, input } from '@angular/core';
import { type Precision, type Zone, formatInstant } from '../format/time.ts';

/** A packet time; the full nine digits in UTC are in its title. */
@Component({
  selector: 'app-instant',
  template: `<time class="mono" [attr.datetime]="at()" [title]="at()">{{ text() }}</time>`,
  styles: `
    time {
      white-space: nowrap;
    }
  `,
})
export class Instant {
  readonly at = input.required<string>();
  readonly zone = input.required<Zone>();
  readonly precision = input<Precision>('milli');
  protected readonly text = computed(() => formatInstant(this.at(), this.zone(), this.precision()));
}
