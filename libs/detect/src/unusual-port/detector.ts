/**
 * Remote control, shares and relays on ports where they are not usual, to hosts outside the network. A flow is judged when it ends, by what its
 * content showed. No state but what was told: one finding for each server, port and protocol.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, EndedFlow } from '../detector.ts';
import { isOutward } from '../host-table.ts';
import { Told } from '../told.ts';

/** Their names for people. Others are moved to other ports for reasons of every kind. */
const watched: ReadonlyMap<string, string> = new Map([
  ['ssh', 'SSH'],
  ['rdp', 'remote desktop (RDP)'],
  ['vnc', 'remote desktop (VNC)'],
  ['smb', 'Windows shares (SMB)'],
  ['irc', 'IRC'],
  ['socks', 'SOCKS, a relay'],
]);

class UnusualPortDetector implements Detector {
  private readonly context: DetectContext;
  private readonly told = new Told();

  constructor(context: DetectContext) {
    this.context = context;
  }

  displaced(flow: EndedFlow, protocol: string): void {
    const name = watched.get(protocol);
    if (name === undefined || !isOutward(flow)) return;
    const [client, server] = [formatIp(flow.sourceIp), formatIp(flow.destinationIp)];
    if (!this.told.isNew(`${server} ${flow.destinationPort} ${protocol}`)) return;
    this.context.alert({
      start: flow.startNs,
      end: flow.endNs,
      detectedAt: this.context.timeNs,
      severity: 25,
      confidence: 0.5,
      techniques: ['T1571'],
      sourceIp: flow.sourceIp,
      destinationIp: flow.destinationIp,
      alertClass: 'c2.unusual-port',
      entities: [
        { role: 'victim', ip: client },
        { role: 'attacker', ip: server },
      ],
      evidence: { metric: 'connections', value: 1, threshold: 1, window: 0, packets: [flow.firstPacket] },
      explanation: `${client} speaks ${name} with ${server} outside its network at port ${flow.destinationPort}, where that is not usual.`,
    });
  }

  finish(): void {}
}

export const unusualPort: DetectorModule = {
  rule: {
    id: 'unusual-port',
    name: 'Protocol on an unusual port',
    version: '1',
    needs: ['both-directions', 'whole-packets'],
    doc:
      'SSH, RDP, VNC, SMB, IRC or SOCKS, known by content, with a host outside the network at a port where that protocol is not usual: how ' +
      'firewalls are passed. One finding for each server, port and protocol. Administrators who move SSH away from port 22 look the same.',
  },
  options: {},
  create: (context) => new UnusualPortDetector(context),
};
