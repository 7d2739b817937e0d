/**
 * RTP and RTCP that nobody announced. RTP is believed by its signature, which wants several datagrams of one source; RTCP by one compound
 * packet whose lengths fill it.
 */
import type { ProtocolModule } from '@wirecase/contract';
import { RtpParser } from '../common/rtp.ts';
import { rtcpRecord, rtpRecord } from '../common/rtp-record.ts';

const module = {
  records: [rtpRecord, rtcpRecord],
  transports: ['udp'],
  ports: [],
  probe: () => 'no',
  create: (context) => new RtpParser(context, null),
} satisfies Omit<ProtocolModule, 'name'>;

export const rtp: ProtocolModule = { ...module, name: 'rtp' };
export const rtcp: ProtocolModule = { ...module, name: 'rtcp' };
