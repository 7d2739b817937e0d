/** Findings about reflected floods: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import { nameOfPort } from '../amplifying-services.ts';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import type { HostTable } from '../host-table.ts';
import { spanText } from '../tally.ts';
import type { Flood, Meter } from './meter.ts';
import type { options } from './options.ts';

/** Reflectors that are named; with more of them only how many there are is said. */
const MAX_NAMED = 8;

export function amplificationFinding(meter: Meter, flood: Flood, hosts: HostTable, values: OptionValues<typeof options>): Finding {
  const { responses, responseBytes, requestBytes, reflectors } = flood;
  const { rate, burst, factor } = values;
  const victim = hosts.addressOf(meter.victim);
  const addresses = [...reflectors].slice(0, MAX_NAMED).map((host) => hosts.addressOf(host));
  const isNamed = reflectors.size <= MAX_NAMED;
  const named = isNamed ? addresses.map((address): Entity => ({ role: 'attacker', ip: formatIp(address) })) : [];
  const whom = reflectors.size === 1 ? formatIp(addresses[0]!) : `${reflectors.size} hosts`;
  const service = `${nameOfPort(meter.port)} (port ${meter.port})`;
  const asked =
    requestBytes === 0
      ? 'and was not seen to ask'
      : `${Math.round(responseBytes / requestBytes)} times the ${requestBytes} bytes that were asked in its name`;
  return {
    start: flood.startNs,
    end: flood.endNs,
    detectedAt: flood.detectedAtNs,
    severity: 70,
    confidence: responses >= 4 * burst ? 0.9 : 0.7,
    techniques: ['T1498.002'],
    sourceIp: reflectors.size === 1 ? addresses[0]! : null,
    destinationIp: victim,
    alertClass: 'flood.amplification',
    entities: [...named, { role: 'victim', ip: formatIp(victim) }],
    evidence: { metric: 'large responses', value: responses, threshold: burst, window: burst / rate, packets: flood.packets },
    explanation:
      `${formatIp(victim)} got ${responses} large responses of ${service} from ${whom} in ${spanText(flood.endSeconds - flood.startSeconds)}, ` +
      `${responseBytes} bytes, ${asked}. The threshold is ${burst} more than ${rate} a second, with ${factor} times the bytes of the requests.`,
  };
}
