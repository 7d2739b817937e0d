import { Component, HostListener, input, output, signal } from '@angular/core';
import { Icon } from './icon.ts';

/**
 * Files dropped anywhere on the window, or picked with a button. While files are dragged over it, the whole page says so. Whoever shows it
 * keeps one and changes `big`: a new one would not hear of the files that are being picked in the dialog of the old.
 */
@Component({
  selector: 'app-drop-zone',
  imports: [Icon],
  template: `
    @if (big()) {
      <div class="big">
        <app-icon name="upload" />
        <p><strong>Drop captures anywhere on this page</strong></p>
        <p class="soft">pcap, pcapng and more, also packed (.gz, .zst, .xz, .lz4, .zip). An upload that is cut goes on where it stopped.</p>
        <div class="actions">
          <button type="button" class="button primary" (click)="picker.click()">Choose files</button>
          <ng-content />
        </div>
      </div>
    } @else {
      <button type="button" class="button primary" (click)="picker.click()"><app-icon name="upload" />Upload captures</button>
    }
    <input #picker type="file" multiple hidden aria-label="Capture files" (change)="pick(picker)" />
    @if (over()) {
      <div class="veil" aria-hidden="true">
        <div><app-icon name="upload" />Drop to upload</div>
      </div>
    }
  `,
  styleUrl: './drop-zone.css',
})
export class DropZone {
  readonly big = input(false);
  readonly files = output<File[]>();
  protected readonly over = signal(false);
  /** dragenter and dragleave come for every element passed over; the pointer has left when they are even. */
  private depth = 0;

  protected pick(picker: HTMLInputElement): void {
    if (picker.files?.length) this.files.emit([...picker.files]);
    picker.value = '';
  }

  @HostListener('document:dragenter', ['$event'])
  protected enter(event: DragEvent): void {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.depth++;
    this.over.set(true);
  }

  @HostListener('document:dragover', ['$event'])
  protected hover(event: DragEvent): void {
    if (carriesFiles(event)) event.preventDefault();
  }

  @HostListener('document:dragleave', ['$event'])
  protected leave(event: DragEvent): void {
    if (carriesFiles(event) && --this.depth <= 0) this.stop();
  }

  @HostListener('document:drop', ['$event'])
  protected drop(event: DragEvent): void {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.stop();
    if (event.dataTransfer?.files.length) this.files.emit([...event.dataTransfer.files]);
  }

  private stop(): void {
    this.depth = 0;
    this.over.set(false);
  }
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
