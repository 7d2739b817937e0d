/** Whose MAC addresses those of frames are: of the host itself, or of the router before it. */
import { isLinkLocal, isPrivate } from './address-key.ts';
import type { Host } from './host.ts';

/** A device with more addresses of one kind than this is a router; of IPv6 a host has several by itself. */
const MAX_OWN_V4 = 2;
const MAX_OWN_V6 = 8;

interface Users {
  said: Host[];
  seen: Host[];
}

/** Gives each host the MAC addresses that are its own, sorted, and the role `gateway` to whose MAC address carries others' packets. */
export function ownMacs(hosts: Iterable<Host>): Map<Host, string[]> {
  const users = new Map<string, Users>();
  for (const host of hosts) {
    for (const [mac, source] of host.macs) {
      let known = users.get(mac);
      if (!known) users.set(mac, (known = { said: [], seen: [] }));
      known[source === 'said' ? 'said' : 'seen'].push(host);
    }
  }
  const own = new Map<Host, string[]>();
  for (const [mac, { said, seen }] of users) {
    const owners = [...said, ...ownersAmong(said, seen)];
    for (const host of owners) own.set(host, [...(own.get(host) ?? []), mac].sort());
    if (owners.length < said.length + seen.length) markGateways(owners);
  }
  return own;
}

/** Those of the hosts seen behind a MAC address that it may belong to. */
function ownersAmong(said: readonly Host[], seen: readonly Host[]): Host[] {
  const v4 = seen.filter(({ address }) => address.length === 4);
  const v6 = seen.filter(({ address }) => address.length === 16);
  return [...ownV4(said, v4), ...ownV6(v6)];
}

function ownV4(said: readonly Host[], seen: readonly Host[]): Host[] {
  const local = seen.filter(({ address }) => isPrivate(address));
  if (said.some(({ address }) => address.length === 4)) {
    // Its owner is known: one more private address may be a second one of it, public ones or many are others'.
    return seen.length <= 1 ? local : [];
  }
  // A private address beside public ones is the router's own.
  if (local.length > 0 && local.length < seen.length) return local.length === 1 ? local : [];
  return seen.length <= MAX_OWN_V4 ? [...seen] : [];
}

function ownV6(seen: readonly Host[]): Host[] {
  const routed = seen.filter(({ address }) => !isLinkLocal(address));
  return routed.length <= MAX_OWN_V6 ? [...seen] : seen.filter(({ address }) => isLinkLocal(address));
}

function markGateways(owners: readonly Host[]): void {
  for (const host of owners) host.role('gateway');
}
