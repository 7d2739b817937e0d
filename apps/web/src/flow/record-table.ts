import { Component, computed, input, output } from '@angular/core';
import type { FieldInfo, JsonRow } from '@wirecase/contract';
import type { Pick } from '../format/clause.ts';
import { isNumeric, numberOf, shownValues, valueOf } from '../format/row.ts';
import type { Zone } from '../format/time.ts';
import { FieldValues } from '../ui/field-values.ts';
import { FileDownload } from '../ui/file-download.ts';

/** Said of the flow already, or of no use in a table of one flow's records. */
const left = [
  'wirecase.capture.id',
  'wirecase.record.id',
  'wirecase.flow.id',
  'wirecase.packet.number',
  'source.ip',
  'source.port',
  'destination.ip',
  'destination.port',
];

/** Records said in a flow: the fields that any of them has, each value filters, the packet number leads to the packet. */
@Component({
  selector: 'app-record-table',
  imports: [FieldValues, FileDownload],
  template: `
    <table class="plain-table">
      <thead>
        <tr>
          <th scope="col" class="number">Packet</th>
          @if (areFiles()) {
            <th scope="col">File</th>
          }
          @for (field of shown(); track field.name) {
            <th scope="col" [class.number]="numeric(field)" [title]="field.name + ': ' + field.doc">{{ field.label }}</th>
          }
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track $index) {
          <tr>
            <td class="number">
              @if (packetOf(row); as packet) {
                <button type="button" class="link-button mono" [title]="'Show packet ' + packet" (click)="openPacket.emit(packet)">
                  {{ packet }}
                </button>
              }
            </td>
            @if (areFiles()) {
              <td><app-file-download [row]="row" /></td>
            }
            @for (field of shown(); track field.name) {
              <td [class.number]="numeric(field)">
                <app-field-values
                  [field]="field"
                  [values]="valuesOf(row, field)"
                  [scope]="scope()"
                  [mono]="field.kind !== 'text'"
                  (pick)="pick.emit($event)"
                />
              </td>
            }
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    :host {
      display: block;
      max-height: 260px;
      overflow: auto;
    }
    thead th {
      position: sticky;
      top: 0;
      z-index: 1;
      background: var(--sunken);
    }
    td {
      max-width: 420px;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
  `,
})
export class RecordTable {
  readonly rows = input.required<readonly JsonRow[]>();
  readonly fields = input.required<readonly FieldInfo[]>();
  readonly zone = input.required<Zone>();
  readonly scope = input.required<Readonly<Record<string, string>>>();
  readonly pick = output<Pick>();
  readonly openPacket = output<number>();
  protected readonly areFiles = computed(() => isSaid(valueOf(this.rows()[0] ?? {}, 'wirecase.file.source_protocol')));
  protected readonly shown = computed(() =>
    this.fields().filter(({ name }) => !left.includes(name) && this.rows().some((row) => isSaid(valueOf(row, name)))),
  );

  protected numeric(field: FieldInfo): boolean {
    return isNumeric(field.kind);
  }

  protected packetOf(row: JsonRow): number {
    return numberOf(row, 'wirecase.packet.number');
  }

  protected valuesOf(row: JsonRow, field: FieldInfo) {
    return shownValues(row, field, this.zone());
  }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
