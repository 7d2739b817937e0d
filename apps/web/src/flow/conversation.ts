import { Component, computed, input, output } from '@angular/core';
import type { FieldInfo, JsonRow } from '@wirecase/contract';
import type { Pick } from '../format/clause.ts';
import { formatBytes, formatMany } from '../format/quantity.ts';
import { numberOf, shownValues } from '../format/row.ts';
import { FilterValue } from '../ui/filter-value.ts';

/** Who spoke with whom, and how much each said. */
@Component({
  selector: 'app-conversation',
  imports: [FilterValue],
  template: `
    @for (side of sides(); track side.key) {
      <div class="end" [class]="side.key">
        <span class="role">{{ side.role }}</span>
        <span class="address mono">
          @for (part of side.parts; track part.field.name) {
            @for (value of part.values; track $index) {
              @if (part.field.kind === 'port') {
                <span class="colon">:</span>
              }
              <app-filter-value
                [field]="part.field.name"
                [kind]="part.field.kind"
                [value]="value"
                [scope]="scope()"
                (pick)="pick.emit($event)"
              />
            }
          }
        </span>
        <span class="said">{{ side.said }}</span>
        <span class="bar" aria-hidden="true"><span [style.width.%]="side.percent"></span></span>
      </div>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }
    .end {
      display: grid;
      grid-template-columns: minmax(0, 1fr) max-content;
      align-items: baseline;
      gap: 1px 12px;
      padding-left: 12px;
      border-left: 3px solid var(--tone);
    }
    .source {
      --tone: var(--source);
      --tone-soft: var(--source-soft);
    }
    .destination {
      --tone: var(--destination);
      --tone-soft: var(--destination-soft);
    }
    .role {
      grid-column: 1 / -1;
      color: var(--tone);
      font-size: 11.5px;
      font-weight: 500;
    }
    .address {
      display: inline-flex;
      min-width: 0;
      font-size: 15px;
      font-weight: 500;
    }
    .colon {
      color: var(--ink-faint);
    }
    .said {
      color: var(--ink-soft);
    }
    .bar {
      grid-column: 1 / -1;
      height: 6px;
      margin-top: 3px;
      border-radius: 3px;
      background: var(--tone-soft);
    }
    .bar span {
      display: block;
      min-width: 2px;
      height: 100%;
      border-radius: 3px;
      background: var(--tone);
    }
  `,
})
export class Conversation {
  readonly row = input.required<JsonRow>();
  readonly fields = input.required<ReadonlyMap<string, FieldInfo>>();
  readonly scope = input.required<Readonly<Record<string, string>>>();
  readonly pick = output<Pick>();

  protected readonly sides = computed(() => {
    const total = Math.max(1, numberOf(this.row(), 'network.bytes'));
    return (['source', 'destination'] as const).map((key) => {
      const bytes = numberOf(this.row(), `${key}.bytes`);
      return {
        key,
        role: key === 'source' ? 'Source (originator)' : 'Destination (responder)',
        parts: [`${key}.ip`, `${key}.port`].flatMap((name) => {
          const field = this.fields().get(name);
          return field ? [{ field, values: shownValues(this.row(), field, 'utc') }] : [];
        }),
        said: `${formatMany(numberOf(this.row(), `${key}.packets`), 'packet')}, ${formatBytes(bytes)}`,
        percent: (100 * bytes) / total,
      };
    });
  });
}
