import { Component, computed, inject, input, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ListsApi } from '../api/lists-api.ts';
import { formatMany } from '../format/quantity.ts';
import { Icon } from '../ui/icon.ts';

/** The way to the indicators that a flow or a capture has; nothing where it has none. */
@Component({
  selector: 'app-match-link',
  imports: [Icon, RouterLink],
  template: `
    @if (total(); as total) {
      <a class="button" routerLink="/indicators" [queryParams]="of()"><app-icon name="shield" />{{ words(total) }}</a>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
  `,
})
export class MatchLink {
  private readonly api = inject(ListsApi);
  /** One of them by its id. */
  readonly of = input.required<{ flow: string } | { capture: string }>();
  private readonly asked = resource({ params: () => this.of(), loader: ({ params }) => this.api.matches(null, { ...params, limit: 1 }) });
  protected readonly total = computed(() => (this.asked.hasValue() ? this.asked.value().total.value : 0));
  protected readonly words = (total: number) => formatMany(total, 'indicator match', 'indicator matches');
}
