import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import type { Finding } from '../detector.ts';
import { unusualPort } from './detector.ts';

const [client, server, colleague] = ['10.0.0.9', '203.0.113.9', '10.0.0.2'];

/** Flows that spoke a protocol at a port that is not usual for it. */
function displaced(...flows: (readonly [protocol: string, port: number, destination: string])[]): Finding[] {
  const run = new ContactScript((context) => unusualPort.create(context, {}));
  for (const [protocol, port, destination] of flows) run.displaced(run.at(1).syn(client, destination, port), protocol);
  return run.finish();
}

it('tells once of a server, port and protocol', () => {
  expect(displaced(['ssh', 443, server], ['ssh', 443, server], ['ssh', 8443, server])).toMatchObject([
    {
      alertClass: 'c2.unusual-port',
      severity: 25,
      techniques: ['T1571'],
      evidence: { packets: [1] },
      explanation: `${client} speaks SSH with ${server} outside its network at port 443, where that is not usual.`,
    },
    { explanation: expect.stringContaining('port 8443') },
  ]);
});

it('is silent within the network, and about protocols that live anywhere', () => {
  expect(displaced(['ssh', 443, colleague], ['http', 8081, server], ['tls', 9443, server])).toEqual([]);
});
