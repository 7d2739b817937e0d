import { Component, computed, input, output } from '@angular/core';
import type { Kind } from '@wirecase/contract';
import { type Pick, type PickMode, clauseOf } from '../format/clause.ts';
import type { ShownValue } from '../format/row.ts';

/**
 * A value that filters. Click adds it, shift-click or the − excludes it, alt-click adds it with "or", and since it is a link,
 * ctrl-click opens it in a new tab as a search of its own.
 */
@Component({
  selector: 'app-filter-value',
  template: `
    @if (clause(); as clause) {
      <a [attr.href]="href()" [attr.tabindex]="reachable() ? null : -1" [title]="hint()" (click)="choose($event, clause)">{{
        value().text
      }}</a>
      <button type="button" tabindex="-1" [attr.aria-label]="'Exclude ' + field() + ' ' + value().text" (click)="exclude($event, clause)">
        −
      </button>
    } @else {
      {{ value().text }}
    }
  `,
  styleUrl: './filter-value.css',
})
export class FilterValue {
  readonly field = input.required<string>();
  readonly kind = input.required<Kind>();
  readonly value = input.required<ShownValue>();
  /** Parameters of the search that ctrl-click opens, beside the query: record, capture. */
  readonly scope = input<Readonly<Record<string, string>>>({});
  /** Whether the Tab key stops here; in a grid the arrow keys reach the cells instead. */
  readonly reachable = input(true);
  readonly pick = output<Pick>();

  protected readonly clause = computed(() => {
    const { filter } = this.value();
    return filter === null ? null : clauseOf(this.field(), this.kind(), filter);
  });
  protected readonly href = computed(() => `/search?${new URLSearchParams({ ...this.scope(), q: this.clause() ?? '' })}`);
  protected readonly hint = computed(() => `${this.value().text}\nClick: ${this.clause()}\nShift: exclude · Alt: or · Ctrl: new tab`);

  protected choose(event: MouseEvent, clause: string): void {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.pick.emit({ clause, mode: modeOf(event) });
  }

  protected exclude(event: MouseEvent, clause: string): void {
    event.stopPropagation();
    this.pick.emit({ clause, mode: 'not' });
  }
}

function modeOf(event: MouseEvent): PickMode {
  if (event.shiftKey) return 'not';
  return event.altKey ? 'or' : 'and';
}
