import { Component, computed, inject, input, signal } from '@angular/core';
import type { JsonRow } from '@wirecase/contract';
import { FilesApi } from '../api/files-api.ts';
import { Notices } from '../app/notices.ts';
import { SessionStore } from '../app/session-store.ts';
import { textOf } from '../format/row.ts';
import { Icon } from './icon.ts';

/** Gets the file of a record as an encrypted archive, or has it scanned, for who may; nothing of it is shown in the browser. */
@Component({
  selector: 'app-file-download',
  imports: [Icon],
  template: `
    @if (session.can('read:files')) {
      <button
        type="button"
        class="button small"
        [disabled]="busy() || !isExtractable()"
        [title]="
          isExtractable()
            ? 'An encrypted ZIP; its password is: infected. The file may be harmful.'
            : 'Bytes of this file were not captured, so it cannot be extracted.'
        "
        (click)="download()"
      >
        <app-icon name="download" />{{ busy() ? 'Extracting …' : 'ZIP (password: infected)' }}
      </button>
      <button
        type="button"
        class="button quiet small"
        [disabled]="busy() || !isExtractable()"
        title="Scan it with your own YARA rules"
        (click)="scan()"
      >
        <app-icon name="search" />YARA
      </button>
    }
  `,
})
export class FileDownload {
  readonly row = input.required<JsonRow>();
  protected readonly session = inject(SessionStore);
  protected readonly busy = signal(false);
  protected readonly isExtractable = computed(() => textOf(this.row(), 'file.hash.sha256') !== '');
  private readonly api = inject(FilesApi);
  private readonly notices = inject(Notices);

  protected download(): Promise<void> {
    return this.carry('Extracting the file', async (id) =>
      save(await this.api.archive(id), `${textOf(this.row(), 'file.hash.sha256')}.zip`),
    );
  }

  protected scan(): Promise<void> {
    return this.carry('Scanning the file', async (id) => {
      const matches = await this.api.scan(id);
      this.notices.say(matches.length > 0 ? `YARA: ${matches.join(', ')}` : 'No rule of YARA matches.');
    });
  }

  private async carry(doing: string, work: (id: string) => Promise<void>): Promise<void> {
    this.busy.set(true);
    try {
      await work(textOf(this.row(), 'wirecase.record.id'));
    } catch (error) {
      this.notices.fail(doing, error);
    } finally {
      this.busy.set(false);
    }
  }
}

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
