import { Component, computed, inject, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { DetectionApi } from '../api/detection-api.ts';
import { problemOf } from '../api/problem.ts';
import { ProblemNote } from '../ui/problem-note.ts';

/** The card of the traffic classifier's model: what it was trained on, how well it does on what it has not seen, what it cannot do. */
@Component({
  selector: 'app-classifier',
  imports: [ProblemNote, RouterLink],
  templateUrl: './classifier.html',
  styleUrls: ['./section.css', './classifier.css'],
})
export class Classifier {
  private readonly api = inject(DetectionApi);
  protected readonly asked = resource({ loader: () => this.api.classifierCard() });
  protected readonly card = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly problem = computed(() => {
    const error = this.asked.error();
    return error ? problemOf(error) : null;
  });
  /** Captures by class of attack. */
  protected readonly captures = computed(() => {
    const byClass = Map.groupBy(this.card()?.captures ?? [], (capture) => capture.class);
    return [...byClass].map(([name, captures]) => ({ name, captures, tools: [...new Set(captures.map(({ tool }) => tool))].join(', ') }));
  });

  protected percent(part: number, whole: number): string {
    return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
  }
}
