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

interface Line {
  offset: string;
  cells: Cell[];
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
      <div class="line" *cdkVirtualFor="let line of lines()" aria-hidden="true">
        <span class="offset">{{ line.offset }}</span>
        <span class="hex">
          @for (cell of line.cells; track cell.at) {
            <span [attr.data-byte]="cell.at" [class]="mark(cell.at)">{{ cell.hex }}</span>
          }
        </span>
        <span class="text">
          @for (cell of line.cells; track cell.at) {
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
  protected readonly lines = computed(() => linesOf(this.bytes()));
  protected readonly said = computed(() => {
    const selected = this.selected();
    return selected ? `Bytes ${selected.offset} to ${selected.offset + selected.length - 1} are selected.` : 'Arrow keys choose a byte.';
  });

  constructor() {
    effect(() => {
      const selected = this.selected();
      untracked(() => selected && this.reveal(selected.offset));
    });
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

function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length; start += perLine) {
    const cells: Cell[] = [];
    for (let at = start; at < Math.min(start + perLine, bytes.length); at++) {
      const byte = bytes[at]!;
      cells.push({ at, hex: byte.toString(16).padStart(2, '0'), text: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·' });
    }
    lines.push({ offset: start.toString(16).padStart(4, '0'), cells });
  }
  return lines;
}
