/** What is told of a web server that is felt over. */
import { formatIp } from '@wirecase/contract';
import type { Finding, OptionValues } from '../detector.ts';
import { type Episode, spanText } from '../tally.ts';
import type { options } from './options.ts';

interface Ends {
  client: Uint8Array;
  server: Uint8Array;
}

export function discoveryFinding(ends: Ends, episode: Episode, { names, window }: OptionValues<typeof options>): Finding {
  return {
    ...common(ends, episode),
    severity: 45,
    confidence: episode.count >= 3 * names ? 0.9 : 0.7,
    techniques: ['T1595.003'],
    alertClass: 'web.discovery',
    evidence: { metric: 'names that are not there', value: episode.count, threshold: names, window, packets: episode.packets },
    explanation:
      `${formatIp(ends.client)} asked ${formatIp(ends.server)} for ${episode.count} pages that are not there or not for it, in ${spanOf(episode)}, ` +
      `without a page that led to them. The threshold is ${names} in one folder within ${window} s.`,
  };
}

export function injectionFinding(ends: Ends, episode: Episode, { injections, window }: OptionValues<typeof options>): Finding {
  return {
    ...common(ends, episode),
    severity: 70,
    confidence: episode.count >= 3 * injections ? 0.9 : 0.7,
    techniques: ['T1190'],
    alertClass: 'web.injection',
    evidence: { metric: 'queries with SQL in a value', value: episode.count, threshold: injections, window, packets: episode.packets },
    explanation:
      `${formatIp(ends.client)} sent ${formatIp(ends.server)} ${episode.count} different queries with SQL where a value belongs, in ${spanOf(episode)}. ` +
      `The threshold is ${injections} within ${window} s.`,
  };
}

function common({ client, server }: Ends, { startNs, endNs, detectedAtNs }: Episode) {
  return {
    start: startNs,
    end: endNs,
    detectedAt: detectedAtNs,
    sourceIp: client,
    destinationIp: server,
    entities: [
      { role: 'attacker', ip: formatIp(client) },
      { role: 'victim', ip: formatIp(server) },
    ] as const,
  };
}

const spanOf = ({ startSeconds, endSeconds }: Episode): string => spanText(endSeconds - startSeconds);
