import { Component, computed, input, output } from '@angular/core';
import type { FieldInfo, Kind } from '@wirecase/contract';
import type { Pick } from '../format/clause.ts';
import type { ShownValue } from '../format/row.ts';
import { FilterValue } from './filter-value.ts';

/** Kinds whose values are compared character by character. */
const monospaced: readonly Kind[] = ['ip', 'ips', 'time', 'port', 'mac', 'id', 'integer', 'count', 'duration'];

/** What a row says in one field: values that filter. */
@Component({
  selector: 'app-field-values',
  imports: [FilterValue],
  host: { '[class.mono]': 'isMonospaced()' },
  template: `
    @for (value of values(); track $index) {
      <app-filter-value
        [field]="field().name"
        [kind]="field().kind"
        [value]="value"
        [scope]="scope()"
        [reachable]="reachable()"
        (pick)="pick.emit($event)"
      />
    }
  `,
  styles: `
    app-filter-value {
      vertical-align: top;
    }
    app-filter-value:not(:last-child) {
      margin-right: 8px;
    }
  `,
})
export class FieldValues {
  readonly field = input.required<FieldInfo>();
  readonly values = input.required<readonly ShownValue[]>();
  /** As in `FilterValue`. */
  readonly scope = input<Readonly<Record<string, string>>>({});
  readonly reachable = input(true);
  /** Whether all kinds are monospaced, as in lists of facts. */
  readonly mono = input(false);
  readonly pick = output<Pick>();
  protected readonly isMonospaced = computed(() => this.mono() || monospaced.includes(this.field().kind));
}
