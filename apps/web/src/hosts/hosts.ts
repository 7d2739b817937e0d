import { Component, computed, effect, inject, resource, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { HostOverview, Page, Problem } from '@wirecase/contract';
import { HostsApi } from '../api/hosts-api.ts';
import { problemOf } from '../api/problem.ts';
import { SearchApi } from '../api/search-api.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { formatBytes, formatCount, formatMany } from '../format/quantity.ts';
import { languageOf } from '../search/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { QueryBar, queryProblemOf } from '../ui/query-bar.ts';
import { namesOf, serviceWord, systemOf } from './host-words.ts';

const sorts = [
  { value: '-event.end', label: 'Last seen' },
  { value: '-event.start', label: 'First seen' },
  { value: '-host.network.egress.bytes', label: 'Bytes sent' },
  { value: '-host.network.ingress.bytes', label: 'Bytes received' },
  { value: '-wirecase.host.peers', label: 'Peers' },
  { value: 'host.ip', label: 'Address' },
];
const pageRows = 100;
/** Names, roles and services shown in a line. */
const shownWords = 4;

/** Every address that sent something, once, over all captures or one. Query, capture and order stand in the address. */
@Component({
  selector: 'app-hosts',
  imports: [EmptyState, Instant, ProblemNote, QueryBar, RouterLink],
  templateUrl: './hosts.html',
  styleUrl: './hosts.css',
})
export class Hosts {
  private readonly api = inject(HostsApi);
  private readonly searchApi = inject(SearchApi);
  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  protected readonly captures = inject(LiveCaptures);
  protected readonly preferences = inject(Preferences);
  private readonly parameters = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  protected readonly q = computed(() => this.parameters().get('q') ?? '');
  protected readonly capture = computed(() => this.parameters().get('capture'));
  protected readonly sort = computed(() => this.parameters().get('sort') ?? sorts[0]!.value);
  private readonly catalogue = resource({ loader: () => this.searchApi.fields() });
  protected readonly language = computed(() => languageOf(this.catalogue.hasValue() ? this.catalogue.value() : [], 'host'));

  protected readonly rows = signal<readonly HostOverview[]>([]);
  protected readonly found = signal<Page<HostOverview> | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly queryProblem = computed(() => queryProblemOf(this.problem()));
  protected readonly total = computed(() => {
    const total = this.found()?.total;
    return total ? `${total.relation === 'gte' ? 'at least ' : ''}${formatMany(total.value, 'host')}` : '';
  });
  protected readonly sorts = sorts;
  protected readonly bytes = formatBytes;
  protected readonly count = formatCount;
  protected readonly many = formatMany;
  protected readonly system = systemOf;

  constructor() {
    this.captures.watch();
    effect(() => {
      const asked = { q: this.q(), capture: this.capture(), sort: this.sort() };
      untracked(() => void this.load(asked));
    });
  }

  protected few(words: readonly string[]): string {
    const more = words.length - shownWords;
    return words.slice(0, shownWords).join(', ') + (more > 0 ? ` and ${more} more` : '');
  }

  protected readonly names = (host: HostOverview) => namesOf(host);
  protected readonly services = (host: HostOverview) => [...new Set(host.services.map(serviceWord))];

  protected change(parameters: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams: parameters, queryParamsHandling: 'merge' });
  }

  protected async more(): Promise<void> {
    const page = this.found();
    if (!page?.nextCursor) return;
    try {
      const next = await this.api.page({ ...this.asked(), cursor: page.nextCursor });
      // Another search was begun meanwhile.
      if (this.found() !== page) return;
      this.found.set(next);
      this.rows.update((rows) => [...rows, ...next.items]);
    } catch (error) {
      this.notices.fail('Loading more', error);
    }
  }

  private asked() {
    return { q: this.q() || undefined, capture: this.capture() ?? undefined, sort: this.sort(), limit: pageRows };
  }

  private async load(asked: { q: string; capture: string | null; sort: string }): Promise<void> {
    const isCurrent = () => asked.q === this.q() && asked.capture === this.capture() && asked.sort === this.sort();
    try {
      const page = await this.api.page(this.asked());
      if (!isCurrent()) return;
      this.problem.set(null);
      this.found.set(page);
      this.rows.set(page.items);
    } catch (error) {
      if (isCurrent()) this.problem.set(problemOf(error));
    }
  }
}
