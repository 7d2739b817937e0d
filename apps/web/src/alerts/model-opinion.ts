import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ModelOpinion } from '@wirecase/contract';

/** What the traffic classifier says of the host in the time of an alert, with its reasons. */
@Component({
  selector: 'app-model-opinion',
  imports: [RouterLink],
  styleUrl: './model-opinion.css',
  template: `
    <section>
      <h3>What the traffic classifier says</h3>
      <p>
        <strong>{{ opinion().class }}</strong>, {{ percent() }} % sure, by a window of {{ opinion().window }} s. It is an opinion, and no
        proof: <a routerLink="/settings/detection/classifier">how often it is right</a>.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">what it saw</th>
            <th scope="col" class="number">value</th>
            <th scope="col" class="number">speaks for it</th>
          </tr>
        </thead>
        <tbody>
          @for (part of opinion().contributions; track part.feature) {
            <tr>
              <td>{{ part.words }}</td>
              <td class="number">{{ part.value }}</td>
              <td class="number">
                <span class="weight" [class.against]="part.logit < 0" [style.width.px]="widthOf(part.logit)" aria-hidden="true"></span>
                {{ signed(part.logit) }}
              </td>
            </tr>
          }
          <tr class="soft">
            <td>everything else, and how frequent the class is</td>
            <td></td>
            <td class="number">{{ signed(opinion().rest + opinion().base) }}</td>
          </tr>
          <tr>
            <th scope="row">together (logit)</th>
            <td></td>
            <td class="number">{{ signed(opinion().logit) }}</td>
          </tr>
        </tbody>
      </table>
      @if (opinion().clearing; as clearing) {
        <p>With {{ clearing.words }} at {{ clearing.value }} it would say something else.</p>
      }
      <p class="soft">
        Model <span class="mono">{{ opinion().model }}</span>
      </p>
    </section>
  `,
})
export class ModelOpinionNote {
  readonly opinion = input.required<ModelOpinion>();
  protected readonly percent = computed(() => Math.round(100 * this.opinion().confidence));
  private readonly strongest = computed(() => Math.max(...this.opinion().contributions.map(({ logit }) => Math.abs(logit)), 0.01));

  protected signed(logit: number): string {
    return `${logit < 0 ? '−' : '+'}${Math.abs(logit).toFixed(2)}`;
  }

  protected widthOf(logit: number): number {
    return Math.round((60 * Math.abs(logit)) / this.strongest());
  }
}
