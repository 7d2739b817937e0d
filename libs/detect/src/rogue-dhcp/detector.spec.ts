import { parseIp } from '@wirecase/contract';
import { dhcpRecord } from '@wirecase/protocols';
import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { rogueDhcp } from './detector.ts';

const script = () => new ContactScript((context) => rogueDhcp.create(context, {}));
const [right, second] = ['10.0.0.1', '10.0.0.66'];

function offer(run: ContactScript, seconds: number, transactionId: number, server: string, router: string, messageType = 'OFFER'): void {
  run.at(seconds).record(dhcpRecord, {
    messageType,
    transactionId,
    clientMac: '02:00:00:00:00:09',
    serverIp: parseIp(server),
    routers: [parseIp(router)],
    dnsServers: [parseIp(router)],
    packet: run.packet,
  });
}

it('tells of the server that was heard later, whichever answers first', () => {
  const run = script();
  offer(run, 0, 1, right, right);
  offer(run, 10, 2, second, second);
  offer(run, 10.1, 2, right, right);
  offer(run, 20, 3, right, right);
  offer(run, 20.1, 3, second, second);
  expect(run.finish()).toMatchObject([
    {
      alertClass: 'dhcp.rogue',
      entities: [
        { role: 'attacker', ip: second },
        { role: 'victim', ip: right },
      ],
      evidence: { packets: [2, 3] },
      explanation: `${second} answered a DHCP request that ${right} answered too, and leads the client elsewhere: it gives routers ${second}, name servers ${second}; ${right}, heard first, gives routers ${right}, name servers ${right}.`,
    },
  ]);
});

it('leaves servers alone that share the work, and networks that do not meet', () => {
  const run = script();
  for (let i = 0; i < 5; i++) {
    offer(run, i, i, right, right);
    offer(run, i, i, '10.0.0.2', right);
    offer(run, i, 100 + i, '192.168.1.1', '192.168.1.1');
    offer(run, i, i, right, right, 'ACK');
  }
  expect(run.finish()).toEqual([]);
});
