import { Component, computed, input } from '@angular/core';

/** How far something is, 0 to 1; unknown while `null`. */
@Component({
  selector: 'app-progress',
  template: `<div [class.unknown]="value() === null" [style.width.%]="percent()"></div>`,
  host: {
    role: 'progressbar',
    '[attr.aria-label]': 'label()',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[attr.aria-valuenow]': 'value() === null ? null : percent()',
  },
  styles: `
    :host {
      display: block;
      height: 4px;
      overflow: hidden;
      border-radius: 2px;
      background: var(--line);
    }
    div {
      height: 100%;
      border-radius: 2px;
      background: var(--accent);
      transition: width 200ms linear;
    }
    .unknown {
      animation: sweep 1.4s ease-in-out infinite;
    }
    @keyframes sweep {
      from {
        transform: translateX(-100%);
      }
      to {
        transform: translateX(350%);
      }
    }
  `,
})
export class Progress {
  readonly value = input.required<number | null>();
  readonly label = input.required<string>();
  protected readonly percent = computed(() => {
    const value = this.value();
    return value === null ? 30 : Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10;
  });
}
