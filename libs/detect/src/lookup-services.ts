/** Services that are asked by encoded names for a living: block lists, virus scanners, certificate and reputation services. */

const suffixes = [
  'mcafee.com', // Global Threat Intelligence: *.avqs.mcafee.com, *.avts.mcafee.com
  'trellix.com',
  'sophosxl.net',
  'sophosxl.com',
  'kaspersky.com',
  'kaspersky-labs.com',
  'e5.sk', // ESET LiveGrid
  'eset.com',
  'trendmicro.com',
  'spamhaus.org',
  'spamhaus.net',
  'surbl.org',
  'uribl.com',
  'sorbs.net',
  'spamcop.net',
  'barracudacentral.org',
  'dnswl.org',
  'mailspike.net',
  'cymru.com', // origin and hash look-ups
  'brightcloud.com',
  'cloudmark.com',
  'senderbase.org',
  'rspamd.com',
  'msbl.org',
];
const known = new Set(suffixes);

/** `domain`: as registered. */
export function isServiceOfLookups(domain: string): boolean {
  return known.has(domain);
}
