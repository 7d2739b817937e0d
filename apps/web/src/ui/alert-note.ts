import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { JsonRow } from '@wirecase/contract';
import { severityOf } from '../format/flow-words.ts';
import { numberOf, textOf } from '../format/row.ts';

/** An alert in two lines, with the way to all of it. */
@Component({
  selector: 'app-alert-note',
  imports: [RouterLink],
  template: `
    <span class="chip" [class]="severity()">{{ severity() }} {{ value() }}</span>
    <strong>{{ name() }}</strong>
    <span class="why">{{ why() }}</span>
    <a routerLink="/alerts" [queryParams]="{ open: id() }">Evidence</a>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 2px 10px;
      padding: 8px 14px;
    }
    strong {
      font-weight: 600;
      white-space: nowrap;
    }
    .why {
      flex: 1 1 220px;
      color: var(--ink-soft);
    }
  `,
})
export class AlertNote {
  readonly alert = input.required<JsonRow>();
  protected readonly value = computed(() => numberOf(this.alert(), 'event.severity'));
  protected readonly severity = computed(() => severityOf(this.value()));
  protected readonly name = computed(() => textOf(this.alert(), 'rule.name'));
  protected readonly why = computed(() => textOf(this.alert(), 'wirecase.alert.explanation'));
  protected readonly id = computed(() => textOf(this.alert(), 'wirecase.alert.id'));
}
