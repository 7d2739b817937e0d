import { Component, computed, input } from '@angular/core';
import { formatCount } from '../format/quantity.ts';

export interface Share {
  name: string;
  count: number;
}

const shownAtFirst = 12;

/** Counts by name as bars, largest first. */
@Component({
  selector: 'app-share-bars',
  template: `
    @for (share of shown(); track share.name) {
      <div class="share">
        <span class="name mono">{{ share.name }}</span>
        <span class="bar"><span [style.width.%]="total() ? (100 * share.count) / total() : 0"></span></span>
        <span class="count">{{ count(share.count) }}</span>
      </div>
    } @empty {
      <p>{{ empty() }}</p>
    }
    @if (hidden() > 0) {
      <p>and {{ count(hidden()) }} more kinds</p>
    }
  `,
  styles: `
    .share {
      display: grid;
      grid-template-columns: minmax(90px, 210px) minmax(40px, 1fr) max-content;
      align-items: center;
      gap: 10px;
      height: 22px;
    }
    .name {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .bar {
      height: 6px;
      border-radius: 3px;
      background: var(--sunken);
    }
    .bar span {
      display: block;
      min-width: 2px;
      height: 100%;
      border-radius: 3px;
      background: var(--accent);
    }
    .count {
      min-width: 48px;
      text-align: right;
    }
    p {
      color: var(--ink-faint);
    }
  `,
})
export class ShareBars {
  /** Largest first. */
  readonly shares = input.required<readonly Share[]>();
  readonly total = input.required<number>();
  readonly empty = input.required<string>();
  protected readonly shown = computed(() => this.shares().slice(0, shownAtFirst));
  protected readonly hidden = computed(() => this.shares().length - this.shown().length);
  protected readonly count = formatCount;
}
