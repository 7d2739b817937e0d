/** Passwords that anyone on the way could read: one finding for each server, service and user. */
import { formatIp, type Login } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, FlowView } from '../detector.ts';
import { Told } from '../told.ts';

class ClearCredentialsDetector implements Detector {
  private readonly context: DetectContext;
  private readonly told = new Told();

  constructor(context: DetectContext) {
    this.context = context;
  }

  login(flow: FlowView, service: string, { user, outcome, isClear }: Login): void {
    // What failed is no secret of this server; guessing has a detector of its own.
    if (!isClear || outcome === 'failure') return;
    const [client, server] = [formatIp(flow.sourceIp), formatIp(flow.destinationIp)];
    if (!this.told.isNew(`${service} ${server} ${flow.destinationPort} ${user ?? ''}`)) return;
    const { timeNs, packet } = this.context;
    this.context.alert({
      start: timeNs,
      end: timeNs,
      detectedAt: timeNs,
      severity: 35,
      confidence: outcome === 'success' ? 0.95 : 0.7,
      techniques: ['T1040', 'T1552'],
      sourceIp: flow.sourceIp,
      destinationIp: flow.destinationIp,
      alertClass: 'credentials.clear',
      // Nobody attacks here: both ends are exposed.
      entities: [
        { role: 'victim', ip: client },
        { role: 'victim', ip: server },
      ],
      evidence: { metric: 'logins in clear', value: 1, threshold: 1, window: 0, packets: [packet] },
      explanation:
        `${client} sent a password to ${server} port ${flow.destinationPort} by ${service} that anyone on the way can read` +
        `${user === null ? '' : `, as ${user}`}${outcome === 'success' ? ', and was let in' : ''}.`,
    });
  }

  finish(): void {}
}

export const clearCredentials: DetectorModule = {
  rule: {
    id: 'clear-credentials',
    name: 'Password in clear',
    version: '1',
    needs: ['both-directions', 'streams', 'whole-packets', 'clear-text'],
    doc:
      'A login that sends its password readably (FTP, HTTP Basic and forms, SMTP without TLS) and is let in, or whose outcome is not seen. One ' +
      'finding for each server, service and user. The password itself is kept nowhere.',
  },
  options: {},
  create: (context) => new ClearCredentialsDetector(context),
};
