import {
  Component,
  type ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  resource,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormField, form, max, maxLength, min, required } from '@angular/forms/signals';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { IndicatorList, IndicatorMatch, Page, Problem } from '@wirecase/contract';
import { ListsApi } from '../api/lists-api.ts';
import { problemOf } from '../api/problem.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatCount, formatMany } from '../format/quantity.ts';
import { Confirm } from '../ui/confirm.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const emptyDraft = { name: '', owner: '', description: '', severity: 50 };
const pageRows = 100;
interface Scope {
  ip: string | null;
  flow: string | null;
  capture: string | null;
}
const everywhere: Scope = { ip: null, flow: null, capture: null };
/** How often lists that are still being compared are looked at. */
const LOOK_MS = 2_000;

/** Lists of indicators, and what stored traffic has of them. The chosen list, or the address, flow or capture, stands in the address of the page. */
@Component({
  selector: 'app-indicators',
  imports: [FormField, Icon, IconButton, Instant, ProblemNote, RouterLink],
  templateUrl: './indicators.html',
  styleUrl: './indicators.css',
})
export class Indicators {
  private readonly api = inject(ListsApi);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);
  private readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  private readonly parameters = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  protected readonly listId = computed(() => this.parameters().get('list'));
  /** Of an address, a flow or a capture alone; a list that is chosen comes before. */
  private readonly scope = computed((): Scope => {
    const [ip, flow, capture] = ['ip', 'flow', 'capture'].map((name) => this.parameters().get(name));
    return this.listId() === null ? { ip: ip ?? null, flow: flow ?? null, capture: capture ?? null } : everywhere;
  });
  /** Whose matches are shown, with a space before it. */
  protected readonly whose = computed(() => {
    const { ip, flow, capture } = this.scope();
    const what = this.chosen()?.name ?? ip ?? (flow ? 'a flow' : capture ? 'a capture' : null);
    return what === null ? '' : ` of ${what}`;
  });

  private readonly stored = resource({ loader: () => this.api.lists() });
  protected readonly lists = computed(() => (this.stored.hasValue() ? this.stored.value() : []));
  protected readonly chosen = computed(() => this.lists().find(({ id }) => id === this.listId()) ?? null);
  protected readonly rows = signal<readonly IndicatorMatch[]>([]);
  protected readonly found = signal<Page<IndicatorMatch> | null>(null);
  private readonly failure = signal<Problem | null>(null);
  protected readonly problem = computed(() => this.failure() ?? (this.stored.error() ? problemOf(this.stored.error()) : null));
  private readonly draft = signal(emptyDraft);
  /** The list that the form changes; null: it makes a new one. */
  protected readonly edited = signal<IndicatorList | null>(null);
  private readonly nameField = viewChild<ElementRef<HTMLInputElement>>('nameField');
  private readonly injector = inject(Injector);
  private readonly picker = viewChild<ElementRef<HTMLInputElement>>('listFile');
  protected readonly listForm = form(this.draft, (path) => {
    required(path.name);
    maxLength(path.name, 100);
    maxLength(path.owner, 100);
    maxLength(path.description, 1000);
    required(path.severity);
    min(path.severity, 0);
    max(path.severity, 100);
  });
  protected readonly pasted = signal('');
  protected readonly file = signal<File | null>(null);
  protected readonly isSending = signal(false);
  protected readonly mayWrite = computed(() => this.session.can('write:lists'));
  protected readonly total = computed(() => formatMany(this.found()?.total.value ?? 0, 'match', 'matches'));

  protected readonly count = formatCount;
  protected readonly many = formatMany;
  protected readonly severityOf = severityOf;

  constructor() {
    effect(() => {
      const [list, scope] = [this.listId(), this.scope()];
      untracked(() => void this.load(list, scope));
    });
    effect((onCleanup) => {
      if (!this.lists().some(({ waiting }) => waiting > 0)) return;
      const timer = setTimeout(() => this.refresh(), LOOK_MS);
      onCleanup(() => clearTimeout(timer));
    });
  }

  protected choose(list: string | null): void {
    void this.router.navigate([], { queryParams: { list, ...everywhere } });
  }

  /** A list by what the form says, with the file, or else the text, as its content. */
  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    this.failure.set(null);
    this.isSending.set(true);
    let made: IndicatorList | null = null;
    try {
      made = await this.api.create(this.draft());
      const filled = await this.api.fill(made, this.file() ?? new Blob([this.pasted()]));
      this.notices.say(`${formatMany(filled.indicators, 'indicator')} taken. They are being compared with what is stored.`);
      this.draft.set(emptyDraft);
      this.pasted.set('');
      this.file.set(null);
      this.picker()!.nativeElement.value = '';
      this.choose(filled.id);
    } catch (error) {
      this.failure.set(problemOf(error));
      // A list whose content was refused is none.
      if (made) await this.api.remove(made.id).catch(() => undefined);
    }
    this.isSending.set(false);
    this.stored.reload();
  }

  protected edit(list: IndicatorList): void {
    const { name, owner, description, severity } = list;
    this.edited.set(list);
    this.failure.set(null);
    this.draft.set({ name, owner, description, severity });
    // The form opens below the lists.
    afterNextRender(() => this.nameField()?.nativeElement.focus(), { injector: this.injector });
  }

  protected cancel(): void {
    this.edited.set(null);
    this.failure.set(null);
    this.draft.set(emptyDraft);
  }

  /** What somebody else made of the edited list, instead of what is typed here. */
  protected editNewest(): void {
    const newest = this.lists().find(({ id }) => id === this.edited()?.id);
    if (newest) this.edit(newest);
    else this.cancel();
  }

  /** What is said of the list; its content stays. */
  protected async change(event: Event, { id, version }: IndicatorList): Promise<void> {
    event.preventDefault();
    this.failure.set(null);
    try {
      const { name } = await this.api.change(id, { ...this.draft(), version });
      this.notices.say(`${name} is changed; its alerts are made anew.`);
      this.cancel();
    } catch (error) {
      this.failure.set(problemOf(error));
    }
    this.refresh();
  }

  protected async replace(list: IndicatorList, picker: HTMLInputElement): Promise<void> {
    const file = picker.files?.[0];
    picker.value = '';
    if (!file) return;
    this.failure.set(null);
    try {
      const filled = await this.api.fill(list, file);
      this.notices.say(`${formatMany(filled.indicators, 'indicator')} taken instead.`);
    } catch (error) {
      this.failure.set(problemOf(error));
    }
    this.refresh();
  }

  protected async remove(list: IndicatorList): Promise<void> {
    const text = `${formatMany(list.indicators, 'indicator')} and ${formatMany(list.matches, 'match', 'matches')} go with it.`;
    if (!(await this.confirm.ask({ heading: `Delete ${list.name}?`, text, action: 'Delete' }))) return;
    try {
      await this.api.remove(list.id);
      if (this.listId() === list.id) this.choose(null);
    } catch (error) {
      this.notices.fail('Deleting', error);
    }
    this.refresh();
  }

  protected async more(): Promise<void> {
    const page = this.found();
    if (!page?.nextCursor) return;
    try {
      const next = await this.api.matches(this.listId(), { ...this.scope(), limit: pageRows, cursor: page.nextCursor });
      // Another list was chosen meanwhile.
      if (this.found() !== page) return;
      this.found.set(next);
      this.rows.update((rows) => [...rows, ...next.items]);
    } catch (error) {
      this.notices.fail('Loading more', error);
    }
  }

  private refresh(): void {
    this.stored.reload();
    void this.load(this.listId(), this.scope());
  }

  private async load(list: string | null, scope: Scope): Promise<void> {
    try {
      const page = await this.api.matches(list, { ...scope, limit: pageRows });
      if (list !== this.listId() || scope !== this.scope()) return;
      this.found.set(page);
      this.rows.set(page.items);
    } catch (error) {
      this.failure.set(problemOf(error));
    }
  }
}
