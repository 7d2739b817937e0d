import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { Component, computed, input, output, signal } from '@angular/core';
import { type Zone, formatInstant, readInstant, shifted, zoneName } from '../format/time.ts';
import type { TimeRange } from './brush.ts';
import { Icon } from './icon.ts';

interface Preset {
  label: string;
  seconds: number;
}

const presets: Preset[] = [
  { label: 'Last minute of the data', seconds: 60 },
  { label: 'Last 5 minutes', seconds: 300 },
  { label: 'Last 15 minutes', seconds: 900 },
  { label: 'Last hour', seconds: 3600 },
  { label: 'Last 6 hours', seconds: 21_600 },
  { label: 'Last 24 hours', seconds: 86_400 },
  { label: 'Last 7 days', seconds: 604_800 },
];

/** The time searched: all, presets counted back from the end of the data (captures are old), or two times typed. */
@Component({
  selector: 'app-time-range',
  imports: [CdkMenu, CdkMenuItem, CdkMenuTrigger, Icon],
  templateUrl: './time-range.html',
  styleUrl: './time-range.css',
})
export class TimeRangePicker {
  readonly range = input.required<{ from: string | null; to: string | null }>();
  /** First and last time there is anything; `null` while unknown or empty. */
  readonly data = input.required<TimeRange | null>();
  readonly zone = input.required<Zone>();
  readonly change = output<{ from: string | null; to: string | null }>();
  readonly zoomOut = output();
  readonly step = output<-1 | 1>();

  protected readonly presets = presets;
  protected readonly wrong = signal<'from' | 'to' | null>(null);
  protected readonly zoneName = computed(() => zoneName(this.zone()));
  protected readonly isLimited = computed(() => this.range().from !== null || this.range().to !== null);
  protected readonly fromText = computed(() => this.show(this.range().from));
  protected readonly toText = computed(() => this.show(this.range().to));
  protected readonly fromHint = computed(() => this.show(this.data()?.from ?? null) || 'beginning');
  protected readonly toHint = computed(() => this.show(this.data()?.to ?? null) || 'end');

  protected type(side: 'from' | 'to', text: string): void {
    const instant = text.trim() === '' ? null : readInstant(text, this.zone());
    const isWrong = text.trim() !== '' && instant === null;
    this.wrong.set(isWrong ? side : null);
    if (!isWrong) this.change.emit({ ...this.range(), [side]: instant });
  }

  protected choose({ seconds }: Preset): void {
    const data = this.data();
    if (data) this.change.emit({ from: shifted(data.to, BigInt(-seconds) * 1_000_000_000n), to: null });
  }

  protected all(): void {
    this.change.emit({ from: null, to: null });
  }

  private show(instant: string | null): string {
    return instant === null ? '' : formatInstant(instant, this.zone(), 'milli').replace(/\.000$/, '');
  }
}
