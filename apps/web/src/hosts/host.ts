import { Component, computed, inject, input, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { HostDetail, JsonRow } from '@wirecase/contract';
import { HostsApi } from '../api/hosts-api.ts';
import { problemOf } from '../api/problem.ts';
import { SearchApi } from '../api/search-api.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatBytes, formatCount, formatMany } from '../format/quantity.ts';
import { textOf } from '../format/row.ts';
import { AlertNote } from '../ui/alert-note.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { flowsOf, placeOf, spanOf, systemOf } from './host-words.ts';

const shownAlerts = 50;

/** Something that was told of the host, on the line of its time. */
interface Told {
  text: string;
  aside: string;
  first: string;
  last: string;
  /** What a search of its flows adds. */
  clause: string | null;
}

/** All that is known of one address: who it is, what it does, with whom, and when each of it was seen. */
@Component({
  selector: 'app-host-page',
  imports: [AlertNote, Icon, Instant, ProblemNote, RouterLink],
  templateUrl: './host.html',
  styleUrl: './host.css',
})
export class HostPage {
  private readonly api = inject(HostsApi);
  private readonly searchApi = inject(SearchApi);
  private readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  readonly ip = input.required<string>();
  /** Ids of captures with commas between them; all without it. */
  readonly capture = input<string>();
  protected readonly captures = computed(() => this.capture() || null);

  private readonly asked = resource({
    params: () => ({ ip: this.ip(), capture: this.captures() }),
    loader: ({ params: { ip, capture } }) => this.api.get(ip, capture),
  });
  private readonly alertsAsked = resource({
    params: () => (this.session.can('read:alerts') ? { ip: this.ip(), capture: this.captures() } : undefined),
    loader: ({ params: { ip, capture } }) =>
      this.searchApi.page('alert', { ...flowsOf(ip, capture), q: `related.ip == ${ip}`, limit: shownAlerts }),
  });
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly host = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly alerts = computed<readonly JsonRow[]>(() => (this.alertsAsked.hasValue() ? this.alertsAsked.value().items : []));
  protected readonly alertId = (alert: JsonRow) => textOf(alert, 'wirecase.alert.id');
  protected readonly told = computed(() => {
    const host = this.host();
    return host ? groupsOf(host) : [];
  });
  protected readonly mostPeerBytes = computed(() => Math.max(1, ...(this.host()?.topPeers ?? []).map(({ bytes }) => bytes)));
  protected readonly place = computed(() => {
    const host = this.host();
    return host ? placeOf(host) : '';
  });
  protected readonly bytes = formatBytes;
  protected readonly count = formatCount;
  protected readonly many = formatMany;
  protected readonly system = systemOf;
  protected readonly percent = (share: number) => `${Math.round(100 * share)} %`;

  protected flows(clause = ''): { q: string; capture: string | undefined } {
    return flowsOf(this.ip(), this.captures(), clause);
  }

  protected span({ first, last }: Told): { left: number; width: number } {
    const host = this.host()!;
    const at = (time: string) => Date.parse(time.slice(0, 23) + 'Z');
    return spanOf(at(first), at(last), at(host.first), at(host.last));
  }
}

/** What was told, in groups. */
function groupsOf(host: HostDetail): { title: string; rows: Told[] }[] {
  const names = host.names.map(({ name, source, first, last }): Told => ({
    text: name,
    aside: `told by ${source}`,
    first,
    last,
    clause: null,
  }));
  const services = host.services.map(({ transport, port, protocols, product, flows, first, last }): Told => ({
    text: [`${transport}/${port}`, ...protocols].join(' '),
    aside: [product, formatMany(flows, 'flow')].filter(Boolean).join(' · '),
    ...{ first, last, clause: ` and destination.ip == ${host.ip} and destination.port == ${port}` },
  }));
  const uses = host.uses.map(({ transport, port, protocol, flows, first, last }): Told => ({
    text: [protocol, `${transport}/${port}`].filter(Boolean).join(' '),
    aside: formatMany(flows, 'flow'),
    ...{ first, last, clause: ` and source.ip == ${host.ip} and destination.port == ${port}` },
  }));
  const users = host.users.map(({ user, service, side, outcome, logins, first, last }): Told => ({
    text: user,
    aside: `${service}, ${side === 'client' ? 'from here' : 'to here'}, ${outcome}, ${formatMany(logins, 'login')}`,
    ...{ first, last, clause: ` and network.protocol:${service}` },
  }));
  return [
    { title: 'Names', rows: names },
    { title: 'Services offered', rows: services },
    { title: 'Services used', rows: uses },
    { title: 'Users', rows: users },
  ].filter(({ rows }) => rows.length > 0);
}
