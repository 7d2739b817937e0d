import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { classifier } from './detector.ts';

const [client, server] = ['10.0.0.9', '10.0.0.2'];
const [SYN, ACK, SYN_ACK] = [2, 16, 18];

/** Classes of alerts after twenty seconds of ten connections a second that the server never answers; `share` of them say a whole request. */
function alertsOf(share: number): string[] {
  const script = new ContactScript((context) => classifier.create(context, optionValues(classifier.options)));
  for (let i = 0; i < 200; i++) {
    const segment = (tcpFlags: number, payloadBytes = 0, sent = 1): void => {
      script.headers(client, server, { tcpFlags, payloadBytes, sourcePort: 40_000 + i, destinationPort: 80 }, 0, [sent, 1]);
    };
    script.at(10 + i / 10);
    const flow = script.syn(client, server, 80);
    segment(SYN);
    script.headers(server, client, { tcpFlags: SYN_ACK, sourcePort: 80, destinationPort: 40_000 + i }, 1, [1, 1]);
    script.answered(flow);
    script.established(flow);
    segment(ACK, 0, 2);
    segment(ACK, 40, 3);
    if (i % 10 < 10 * share) script.requested(flow);
  }
  script.finish();
  return script.findings.map(({ alertClass }) => alertClass);
}

describe('the classifier on connections that a server does not answer', () => {
  it.each([0, 0.4])('calls it slow HTTP where %d of the requests were said whole', (share) => {
    expect(alertsOf(share)).toEqual(['traffic.slow-http']);
  });

  it.each([0.5, 1])('takes a client for one that waits where %d of them were', (share) => {
    expect(alertsOf(share)).toEqual([]);
  });
});
