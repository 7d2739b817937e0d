import { Component, computed, inject, input, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CapturesApi } from '../api/captures-api.ts';
import { problemOf } from '../api/problem.ts';
import { formatCount, formatMany } from '../format/quantity.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { RateChart } from '../ui/rate-chart.ts';
import { chartOf } from './quality-chart.ts';

const shownHosts = 10;
/** Fewer bars are no chart. */
const fewestBars = 5;

/** How much of the traffic a capture shows, and what its detectors could not have found. */
@Component({
  selector: 'app-capture-quality',
  imports: [ProblemNote, RateChart, RouterLink],
  templateUrl: './capture-quality.html',
  styleUrl: './capture-quality.css',
})
export class CaptureQualityPanel {
  private readonly api = inject(CapturesApi);
  readonly captureId = input.required<string>();
  private readonly asked = resource({ params: () => this.captureId(), loader: ({ params }) => this.api.quality(params) });
  protected readonly quality = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly worst = computed(() => this.quality()?.hosts.slice(0, shownHosts) ?? []);
  protected readonly chart = computed(() => chartOf(this.quality()?.steps ?? []));
  protected readonly fewestBars = fewestBars;
  protected readonly count = formatCount;
  protected readonly many = formatMany;

  protected share(part: number, of: number): string {
    return part === 0 ? '–' : `${formatCount(part)} of ${formatCount(of)}`;
  }
}
