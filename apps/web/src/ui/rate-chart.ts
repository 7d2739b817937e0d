import { Component, computed, input } from '@angular/core';

/** A rate over time as bars, with marks where something was missed. Its words carry what the bars show. */
@Component({
  selector: 'app-rate-chart',
  template: `
    <header>
      <h3>{{ heading() }}</h3>
      <strong>{{ now() }}</strong>
      <span>at most {{ format()(highest()) }}</span>
    </header>
    <svg [attr.viewBox]="'0 0 ' + values().length + ' 100'" preserveAspectRatio="none" role="img" [attr.aria-label]="words()">
      @for (bar of bars(); track bar.at) {
        <rect [attr.x]="bar.at + 0.08" [attr.y]="100 - bar.height" width="0.84" [attr.height]="bar.height" />
        @if (bar.isMarked) {
          <rect class="mark" [attr.x]="bar.at" y="0" width="1" height="100" />
        }
      }
    </svg>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    header {
      display: flex;
      align-items: baseline;
      gap: 8px;
      margin-bottom: 4px;
    }
    h3 {
      font-size: 12px;
      font-weight: 550;
      color: var(--ink-soft);
    }
    strong {
      font-size: 15px;
      font-variant-numeric: tabular-nums;
    }
    span {
      margin-left: auto;
      color: var(--ink-faint);
      font-size: 11px;
    }
    svg {
      display: block;
      width: 100%;
      height: 64px;
      border-bottom: 1px solid var(--line-strong);
    }
    rect {
      fill: color-mix(in srgb, var(--accent) 62%, var(--surface));
    }
    .mark {
      fill: color-mix(in srgb, var(--critical) 40%, transparent);
    }
  `,
})
export class RateChart {
  readonly heading = input.required<string>();
  /** The value of now, in words. */
  readonly now = input.required<string>();
  readonly values = input.required<readonly number[]>();
  readonly marked = input.required<readonly boolean[]>();
  readonly format = input.required<(value: number) => string>();
  protected readonly highest = computed(() => Math.max(0, ...this.values()));
  protected readonly bars = computed(() =>
    this.values().map((value, at) => ({
      at,
      height: value === 0 ? 0 : Math.max(2, (100 * value) / this.highest()),
      isMarked: this.marked()[at] ?? false,
    })),
  );
  protected readonly words = computed(() => {
    const marks = this.marked().filter(Boolean).length;
    return `${this.heading()}: now ${this.now()}, at most ${this.format()(this.highest())}${marks ? `; packets were missed in ${marks} of ${this.values().length} bars` : ''}`;
  });
}
