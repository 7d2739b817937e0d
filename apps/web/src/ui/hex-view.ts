import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { Component, computed, effect, input, output, signal, untracked, viewChild } from '@angular/core';
import type { ByteRange } from './linking.ts';

const perLine = 16;
/** Pixels a line is high. */
const lineHeight = 20;

interface Cell {
  at: number;
  hex: string;
  text: string;
}

/**
 * Bytes as hexadecimal and text. Two ranges are marked: the hovered and the selected one. Pointing at or choosing a byte is told, so
 * that a protocol tree can follow. Arrow keys move from byte to byte.
 */
@Component({
  selector: 'app-hex-view',
  imports: [CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport],
  template: `
    <cdk-virtual-scroll-viewport
      class="mono"
      tabindex="0"
      role="application"
      [attr.aria-label]="'Bytes of the packet. ' + said()"
      [itemSize]="lineHeight"
      [minBufferPx]="400"
      [maxBufferPx]="800"
      (mouseleave)="hover.emit(null)"
      (mouseover)="hover.emit(byteOf($event))"
      (click)="choose(byteOf($event))"
      (keydown)="key($event)"
    >
      <div class="line" *cdkVirtualFor="let start of lines()" aria-hidden="true">
        @let cells = cellsFrom(start);
        <span class="offset">{{ offsetOf(start) }}</span>
        <span class="hex">
          @for (cell of cells; track cell.at) {
            <span [attr.data-byte]="cell.at" [class]="mark(cell.at)">{{ cell.hex }}</span>
          }
        </span>
        <span class="text">
          @for (cell of cells; track cell.at) {
            <span [attr.data-byte]="cell.at" [class]="mark(cell.at)">{{ cell.text }}</span>
          }
        </span>
      </div>
    </cdk-virtual-scroll-viewport>
  `,
  styleUrl: './hex-view.css',
})
export class HexView {
  readonly bytes = input.required<Uint8Array>();
  readonly hovered = input<ByteRange | null>(null);
  readonly selected = input<ByteRange | null>(null);
  /** Byte under the pointer. */
  readonly hover = output<number | null>();
  readonly select = output<number>();

  private readonly viewport = viewChild.required(CdkVirtualScrollViewport);
  protected readonly lineHeight = lineHeight;
  protected readonly cursor = signal(0);
  /** First byte of each line; what is in it is made when it is seen, as bytes may be a million. */
  protected readonly lines = computed(() => Array.from({ length: Math.ceil(this.bytes().length / perLine) }, (_, line) => line * perLine));
  protected readonly said = computed(() => {
    const selected = this.selected();
    return selected ? `Bytes ${selected.offset} to ${selected.offset + selected.length - 1} are selected.` : 'Arrow keys choose a byte.';
  });

  constructor() {
    effect(() => {
      const selected = this.selected();
      untracked(() => selected && this.reveal(selected.offset));
    });
    // Other bytes begin at their begin.
    effect(() => {
      this.bytes();
      untracked(() => this.cursor.set(0));
    });
  }

  protected offsetOf(start: number): string {
    return start.toString(16).padStart(4, '0');
  }

  protected cellsFrom(start: number): Cell[] {
    return Array.from(this.bytes().subarray(start, start + perLine), (byte, i) => ({
      at: start + i,
      hex: byte.toString(16).padStart(2, '0'),
      text: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
    }));
  }

  protected mark(at: number): string {
    const isHovered = holds(this.hovered(), at);
    if (holds(this.selected(), at)) return isHovered ? 'selected hovered' : 'selected';
    return isHovered ? 'hovered' : '';
  }

  protected byteOf(event: Event): number | null {
    const byte = (event.target as HTMLElement).dataset['byte'];
    return byte === undefined ? null : Number(byte);
  }

  protected choose(byte: number | null): void {
    if (byte === null) return;
    this.cursor.set(byte);
    this.select.emit(byte);
  }

  protected key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perLine, ArrowDown: perLine };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(this.bytes().length - 1, this.cursor() + step)));
    this.reveal(this.cursor());
  }

  private reveal(byte: number): void {
    const viewport = this.viewport();
    const top = Math.floor(byte / perLine) * lineHeight;
    const seen = viewport.measureScrollOffset();
    if (top < seen || top + lineHeight > seen + viewport.getViewportSize()) viewport.scrollToOffset(Math.max(0, top - 2 * lineHeight));
  }
}

function holds(range: ByteRange | null, at: number): boolean {
  return range !== null && at >= range.offset && at < range.offset + range.length;
}
