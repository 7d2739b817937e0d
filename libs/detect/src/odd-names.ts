/**
 * Domains below which many names are asked for that read like encoded data: block lists, virus scanners, certificate and reputation services
 * are asked that way for a living; content networks, clouds and those who measure them name what they serve so. Nobody else answers for them.
 */

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
  // Content networks and clouds.
  'akadns.net',
  'akamai.net',
  'akamaiedge.net',
  'akamaihd.net',
  'akamaized.net',
  'amazonaws.com',
  'apple-dns.net',
  'azure.com',
  'azureedge.net',
  'azurefd.net',
  'cloudapp.net',
  'cloudfront.net',
  'edgekey.net',
  'edgesuite.net',
  'fastly.net',
  'fastlylb.net',
  'fbcdn.net',
  'googleusercontent.com',
  'googlevideo.com',
  'gstatic.com', // *.metric.gstatic.com
  'gvt1.com',
  'llnwd.net',
  'msedge.net',
  'nflxvideo.net',
  'trafficmanager.net',
  'windows.net',
  // Advertisements and measurements: a name for each page or question.
  'cedexis-radar.net',
  'doubleclick.net',
  'fastly-insights.com',
  'footprintdns.com',
  'googlesyndication.com',
  'ns1p.net',
];
const known = new Set(suffixes);

/** `domain`: as registered. */
export function isAskedByOddNames(domain: string): boolean {
  return known.has(domain);
}
