import { Component, computed, effect, inject, resource, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import { RouterLink } from '@angular/router';
import { type Asset, type DetectionSettings, type Problem, type Suppression, assetRoles } from '@wirecase/contract';
import { DetectionApi } from '../api/detection-api.ts';
import { problemOf } from '../api/problem.ts';
import { Notices } from '../app/notices.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatCount } from '../format/quantity.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const emptySuppression = { rule: '', entity: '', owner: '', reason: '', expiresOn: '' };
const emptyAsset = { network: '', role: assetRoles[0] as Asset['role'], owner: '', reason: '' };

/** Thresholds, allow-lists, asset roles and suppressions. */
@Component({
  selector: 'app-detection',
  imports: [FormField, Icon, IconButton, ProblemNote, RouterLink],
  templateUrl: './detection.html',
  styleUrls: ['./section.css', './detection.css'],
})
export class Detection {
  private readonly api = inject(DetectionApi);
  private readonly notices = inject(Notices);
  protected readonly session = inject(SessionStore);
  private readonly rules = resource({ loader: () => this.api.detectors() });
  private readonly stored = resource({ loader: () => this.api.settings() });
  private readonly held = resource({ loader: () => this.api.suppressions() });
  protected readonly detectors = computed(() => (this.rules.hasValue() ? this.rules.value() : []));
  protected readonly suppressions = computed(() => (this.held.hasValue() ? this.held.value() : []));
  protected readonly current = computed(() => (this.stored.hasValue() ? this.stored.value() : null));
  protected readonly loadProblem = computed(() => {
    const error = this.rules.error() ?? this.stored.error() ?? this.held.error();
    return error ? problemOf(error) : null;
  });
  protected readonly problem = signal<Problem | null>(null);
  /** The settings as they are being edited. */
  protected readonly draft = signal<DetectionSettings>({ version: 0, options: {}, allow: {}, assets: [] });
  protected readonly isChanged = computed(() => {
    const current = this.current();
    return current !== null && JSON.stringify(pick(current)) !== JSON.stringify(this.draft());
  });
  protected readonly mayChange = computed(() => this.session.can('admin'));
  private readonly suppression = signal(emptySuppression);
  protected readonly suppressionForm = form(this.suppression, (path) => {
    required(path.owner);
    required(path.reason);
    required(path.expiresOn);
  });
  private readonly asset = signal(emptyAsset);
  protected readonly assetForm = form(this.asset, (path) => {
    required(path.network);
    required(path.owner);
    required(path.reason);
  });
  protected readonly roles = assetRoles;
  protected readonly count = formatCount;
  protected readonly now = new Date().toISOString();

  constructor() {
    effect(() => {
      const current = this.current();
      if (current) this.draft.set(pick(current));
    });
  }

  protected valueOf(rule: string, option: string, usual: number): number {
    return this.draft().options[rule]?.[option] ?? usual;
  }

  /** What is no number above zero, or nothing, is the default again, and the field says so. */
  protected setOption(rule: string, option: string, usual: number, field: HTMLInputElement): void {
    const { [option]: _, ...others } = this.draft().options[rule] ?? {};
    const value = Number(field.value);
    const values = value > 0 && value !== usual ? { ...others, [option]: value } : others;
    const { [rule]: __, ...rest } = this.draft().options;
    this.patch({ options: Object.keys(values).length > 0 ? { ...rest, [rule]: values } : rest });
    field.value = String(this.valueOf(rule, option, usual));
  }

  protected setAllow(rule: string, text: string): void {
    const list = text.split(/[\s,]+/).filter(Boolean);
    const { [rule]: _, ...rest } = this.draft().allow;
    this.patch({ allow: list.length > 0 ? { ...rest, [rule]: list } : rest });
  }

  protected addAsset(event: Event): void {
    event.preventDefault();
    this.patch({ assets: [...this.draft().assets, { ...this.asset(), expiresAt: null }] });
    this.asset.set(emptyAsset);
  }

  protected dropAsset(at: number): void {
    this.patch({ assets: this.draft().assets.toSpliced(at, 1) });
  }

  protected discard(): void {
    this.problem.set(null);
    this.stored.reload();
  }

  protected async save(): Promise<void> {
    this.problem.set(null);
    try {
      const { version } = await this.api.change(this.draft());
      this.notices.say(`Saved as version ${version}. Captures use it from now on; analyse stored ones again on their page.`);
      this.stored.reload();
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  protected async suppress(event: Event): Promise<void> {
    event.preventDefault();
    this.problem.set(null);
    const { rule, entity, owner, reason, expiresOn } = this.suppression();
    try {
      const expiresAt = expiresOn === '' ? '' : new Date(`${expiresOn}T23:59:59`).toISOString();
      await this.api.suppress({ rule: rule || null, entity: entity.trim() || null, captureId: null, owner, reason, expiresAt });
      this.suppression.set(emptySuppression);
      this.held.reload();
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  protected async end({ id }: Suppression): Promise<void> {
    try {
      await this.api.endSuppression(id);
    } catch (error) {
      this.notices.fail('Ending the suppression', error);
    }
    this.held.reload();
  }

  protected standing({ endedAt, expiresAt }: Suppression): string {
    if (endedAt) return 'ended';
    return expiresAt < this.now ? 'expired' : `until ${expiresAt.slice(0, 10)}`;
  }

  private patch(change: Partial<DetectionSettings>): void {
    this.draft.update((draft) => ({ ...draft, ...change }));
  }
}

/** Without who changed it and when. */
const pick = ({ version, options, allow, assets }: DetectionSettings): DetectionSettings => ({ version, options, allow, assets });
