import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject } from '@angular/core';
import { PacketPane } from '../flow/packet-pane.ts';
import { Icon } from '../ui/icon.ts';

/** One packet of evidence over the alert it belongs to. */
@Component({
  selector: 'app-packet-dialog',
  imports: [Icon, PacketPane],
  template: `
    <header>
      <h2>Packet {{ data.number }}</h2>
      <button type="button" class="button quiet small icon-only" aria-label="Close" (click)="ref.close()"><app-icon name="close" /></button>
    </header>
    <app-packet-pane [captureId]="data.captureId" [number]="data.number" />
  `,
  styles: `
    :host {
      display: grid;
      grid-template-rows: auto minmax(0, 1fr);
      width: min(860px, calc(100vw - 32px));
      height: min(720px, calc(100vh - 48px));
      overflow: hidden;
      border: 1px solid var(--line);
      border-radius: 8px;
      background: var(--raised);
      box-shadow: var(--shadow-raised);
    }
    header {
      display: flex;
      align-items: center;
      justify-content: space-between;
      padding: 8px 8px 8px 16px;
      border-bottom: 1px solid var(--line);
    }
  `,
})
export class PacketDialog {
  protected readonly data = inject<{ captureId: string; number: number }>(DIALOG_DATA);
  protected readonly ref = inject(DialogRef);
}
