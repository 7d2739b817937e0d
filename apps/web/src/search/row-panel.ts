import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type FieldInfo, type JsonRow, captureIdField } from '@wirecase/contract';
import { SessionStore } from '../app/session-store.ts';
import type { Pick } from '../format/clause.ts';
import { type ShownValue, shownValues, textOf, valueOf } from '../format/row.ts';
import type { Zone } from '../format/time.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { FieldValues } from '../ui/field-values.ts';
import { FileDownload } from '../ui/file-download.ts';
import { Icon } from '../ui/icon.ts';
import { RevealSecret } from './reveal-secret.ts';

/** Every value of one row beside the table; each filters. */
@Component({
  selector: 'app-row-panel',
  imports: [CopyButton, FieldValues, FileDownload, Icon, RevealSecret, RouterLink],
  template: `
    <header>
      <h2>{{ heading() }}</h2>
      <span class="spacer"></span>
      @if (flowId(); as flowId) {
        <a class="button small primary" [routerLink]="['/flow', flowId]"><app-icon name="flow" />Open flow</a>
      }
      <app-copy-button [text]="json()" what="row as JSON" />
      <button type="button" class="button quiet small icon-only" aria-label="Close" (click)="close.emit()">
        <app-icon name="close" />
      </button>
    </header>
    @if (isFile()) {
      <div class="actions"><app-file-download [row]="row()" /></div>
    }
    @if (credentialId(); as credentialId) {
      <app-reveal-secret [credentialId]="credentialId" />
    }
    <dl class="facts">
      @for (entry of entries(); track entry.field.name) {
        <dt [title]="entry.field.name + ': ' + entry.field.doc">{{ entry.field.label }}</dt>
        <dd>
          <app-field-values [field]="entry.field" [values]="entry.values" [scope]="scope()" [mono]="true" (pick)="pick.emit($event)" />
        </dd>
      }
    </dl>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-rows: auto auto minmax(0, 1fr);
      min-height: 0;
      border-left: 1px solid var(--line);
      background: var(--surface);
    }
    header {
      display: flex;
      align-items: center;
      gap: 4px;
      padding: 8px 8px 8px 14px;
      border-bottom: 1px solid var(--line);
    }
    .actions {
      padding: 10px 14px 0;
    }
    dl {
      grid-row: 3;
      align-content: start;
      padding: 10px 14px 20px;
      overflow: auto;
    }
    dd {
      overflow-wrap: anywhere;
      white-space: normal;
    }
  `,
})
export class RowPanel {
  private readonly session = inject(SessionStore);
  readonly row = input.required<JsonRow>();
  readonly heading = input.required<string>();
  readonly captureName = input.required<string>();
  readonly fields = input.required<readonly FieldInfo[]>();
  readonly zone = input.required<Zone>();
  readonly scope = input.required<Readonly<Record<string, string>>>();
  readonly pick = output<Pick>();
  readonly close = output();
  protected readonly flowId = computed(() => textOf(this.row(), 'wirecase.flow.id'));
  protected readonly isFile = computed(() => textOf(this.row(), 'wirecase.file.source_protocol') !== '');
  /** Of a credential whose secret this user may see. */
  protected readonly credentialId = computed(() =>
    this.session.can('read:secrets') && valueOf(this.row(), 'wirecase.credential.revealable') === true
      ? textOf(this.row(), 'wirecase.record.id')
      : null,
  );
  protected readonly json = computed(() => JSON.stringify(this.row(), null, 2));
  protected readonly entries = computed(() =>
    this.fields()
      .map((field) => ({ field, values: this.valuesOf(field) }))
      .filter(({ values }) => values.length > 0),
  );

  private valuesOf(field: FieldInfo): ShownValue[] {
    const values = shownValues(this.row(), field, this.zone(), 'nano');
    return field.name === captureIdField.name ? values.map(({ filter }) => ({ text: this.captureName(), filter })) : values;
  }
}
