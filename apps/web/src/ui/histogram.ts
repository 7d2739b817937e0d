import { Component, ElementRef, computed, inject, input, output, signal } from '@angular/core';
import type { Histogram } from '@wirecase/contract';
import { formatBytes, formatCount, formatMany } from '../format/quantity.ts';
import { type Precision, type Zone, formatInstant, shifted } from '../format/time.ts';
import { type TimeRange, bucketAt, rangeOfBuckets } from './brush.ts';

const ticks = 5;
/** A press that moves less is a click on one bar. */
const dragPixels = 4;
/** A second click within this time makes a double click, which undoes instead of zooming twice. */
const doubleClickMs = 250;

/**
 * Flows over time. Dragging zooms to what was brushed, a click to one bar, a double click undoes. By keyboard: arrows choose a bar,
 * with shift several, Enter zooms, Backspace undoes.
 */
@Component({
  selector: 'app-histogram',
  templateUrl: './histogram.html',
  styleUrl: './histogram.css',
})
export class HistogramChart {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly histogram = input.required<Histogram>();
  readonly zone = input.required<Zone>();
  /** What pointing at it does. */
  readonly hint = input('Drag to zoom, double-click to undo');
  readonly zoom = output<TimeRange>();
  readonly undo = output();

  /** Bars chosen: where the pressing (or shift) began, and where it is now. */
  protected readonly brush = signal<{ start: number; end: number } | null>(null);
  protected readonly hovered = signal<number | null>(null);
  private pressedAt: number | null = null;
  private pendingClick: ReturnType<typeof setTimeout> | undefined;

  protected readonly buckets = computed(() => this.histogram().counts.length);
  protected readonly bars = computed(() => {
    const { counts } = this.histogram();
    const highest = Math.max(1, ...counts);
    return counts.map((count, at) => ({ at, height: count === 0 ? 0 : Math.max(3, (100 * count) / highest) }));
  });
  protected readonly highest = computed(() => formatCount(Math.max(0, ...this.histogram().counts)));
  protected readonly precision = computed<Precision>(() => {
    const { intervalNs } = this.histogram();
    if (intervalNs >= 1e9) return 'second';
    return intervalNs >= 1e6 ? 'milli' : 'nano';
  });
  protected readonly axis = computed(() => {
    const { from, intervalNs } = this.histogram();
    const width = intervalNs * this.buckets();
    const texts = Array.from({ length: ticks }, (_, at) =>
      formatInstant(shifted(from, BigInt(Math.round((width * at) / (ticks - 1)))), this.zone(), this.precision()),
    );
    // The date stands where it changes.
    return texts.map((text, at) => (at > 0 && texts[at - 1]!.slice(0, 10) === text.slice(0, 10) ? text.slice(11) : text));
  });
  protected readonly selection = computed(() => {
    const brush = this.brush();
    if (!brush) return null;
    const first = Math.min(brush.start, brush.end);
    const last = Math.max(brush.start, brush.end);
    return { left: (100 * first) / this.buckets(), width: (100 * (last - first + 1)) / this.buckets() };
  });
  /** What the pointer or the keyboard is on, in words. */
  protected readonly readout = computed(() => {
    const brush = this.brush() ?? (this.hovered() === null ? null : { start: this.hovered()!, end: this.hovered()! });
    if (!brush) return '';
    const first = Math.min(brush.start, brush.end);
    const last = Math.max(brush.start, brush.end);
    const { from, to } = rangeOfBuckets(this.histogram(), first, last);
    const sum = (values: number[]) => values.slice(first, last + 1).reduce((total, value) => total + value, 0);
    const flows = formatMany(sum(this.histogram().counts), 'flow');
    const show = (instant: string) => formatInstant(instant, this.zone(), this.precision());
    return `${show(from)} to ${show(to).slice(show(from).slice(0, 10) === show(to).slice(0, 10) ? 11 : 0)}: ${flows}, ${formatBytes(sum(this.histogram().bytes))}`;
  });

  protected press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.bucketOf(event);
    this.pressedAt = event.clientX;
    this.brush.set({ start: at, end: at });
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  protected move(event: PointerEvent): void {
    const at = this.bucketOf(event);
    this.hovered.set(at);
    const brush = this.brush();
    if (this.pressedAt !== null && brush) this.brush.set({ start: brush.start, end: at });
  }

  protected release(event: PointerEvent): void {
    const brush = this.brush();
    const pressedAt = this.pressedAt;
    this.pressedAt = null;
    this.brush.set(null);
    if (pressedAt === null || !brush) return;
    if (Math.abs(event.clientX - pressedAt) >= dragPixels) this.zoomTo(brush.start, brush.end);
    else {
      clearTimeout(this.pendingClick);
      this.pendingClick = setTimeout(() => this.zoomTo(brush.start, brush.end), doubleClickMs);
    }
  }

  protected doubleClick(): void {
    clearTimeout(this.pendingClick);
    this.undo.emit();
  }

  protected key(event: KeyboardEvent): void {
    const at = this.brush()?.end ?? this.hovered() ?? 0;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const end = Math.max(0, Math.min(this.buckets() - 1, at + (event.key === 'ArrowRight' ? 1 : -1)));
      this.brush.set({ start: event.shiftKey ? (this.brush()?.start ?? at) : end, end });
    } else if (event.key === 'Enter' && this.brush()) {
      const { start, end } = this.brush()!;
      this.brush.set(null);
      this.zoomTo(start, end);
    } else if (event.key === 'Backspace') this.undo.emit();
    else if (event.key === 'Escape') this.brush.set(null);
    else return;
    event.preventDefault();
  }

  private zoomTo(start: number, end: number): void {
    this.zoom.emit(rangeOfBuckets(this.histogram(), start, end));
  }

  private bucketOf(event: PointerEvent): number {
    const box = this.host.nativeElement.querySelector('.plot')!.getBoundingClientRect();
    return bucketAt((event.clientX - box.left) / box.width, this.buckets());
  }
}
