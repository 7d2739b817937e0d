import { field, optional, recordType } from '@wirecase/contract';

export const rtpRecord = recordType(
  'rtp',
  'RTP',
  'One source of voice or video (SSRC) that one end of a flow sent, with the statistics of RFC 3550. Points to its first packet.',
  {
    ssrc: field('wirecase.rtp.ssrc', 'keyword', 'Synchronization source, as `0x1234abcd`.', { label: 'SSRC', aliases: ['rtp.ssrc'] }),
    senderIp: field('wirecase.rtp.sender.ip', 'ip', 'Who sent it.', { label: 'Sender' }),
    senderPort: field('wirecase.rtp.sender.port', 'port', 'From which port.', { label: 'Sender port' }),
    end: field('event.end', 'time', 'Packet time of the last packet.', { label: 'End' }),
    duration: field('event.duration', 'duration', 'Time between first and last packet, nanoseconds.', { label: 'Duration' }),
    payloadTypes: field('wirecase.rtp.payload_types', 'integers', 'Payload types in order of appearance, at most 8.', {
      label: 'Payload types',
      aliases: ['rtp.p_type'],
    }),
    codecs: field('wirecase.rtp.codecs', 'keywords', 'What they are by the session description, else by RFC 3551, as `PCMU/8000`.', {
      label: 'Codecs',
    }),
    packets: field('wirecase.rtp.packets', 'count', 'Packets seen.', { label: 'Packets' }),
    bytes: field('wirecase.rtp.bytes', 'count', 'Captured bytes behind the fixed headers.', { label: 'Bytes' }),
    lost: field('wirecase.rtp.lost', 'count', 'Packets that are missing by sequence numbers (RFC 3550 A.3), repetitions not counted.', {
      label: 'Lost',
    }),
    lostShare: field('wirecase.rtp.lost_share', 'float', 'The same as a share of what was to be expected, 0 to 1.', {
      label: 'Lost share',
    }),
    outOfOrder: field('wirecase.rtp.out_of_order', 'count', 'Packets that came after a later one.', { label: 'Out of order' }),
    duplicates: field('wirecase.rtp.duplicates', 'count', 'Packets with the sequence number of the one before.', { label: 'Duplicates' }),
    jumps: field('wirecase.rtp.jumps', 'count', 'Times at which sequence numbers began anew: the sender started again.', {
      label: 'Jumps',
    }),
    meanJitterMs: optional(
      'wirecase.rtp.jitter.mean_ms',
      'float',
      'Mean of the interarrival jitter of RFC 3550 6.4.1 after each packet, milliseconds. Empty where the clock rate of the codec is not known.',
      { label: 'Mean jitter ms' },
    ),
    maxJitterMs: optional('wirecase.rtp.jitter.max_ms', 'float', 'Its maximum, milliseconds.', { label: 'Max jitter ms' }),
    maxGapMs: field('wirecase.rtp.max_gap_ms', 'float', 'Longest time between two packets that followed each other, milliseconds.', {
      label: 'Max gap ms',
    }),
    firstSequence: field('wirecase.rtp.sequence.first', 'integer', 'Sequence number of the first packet.', { label: 'First sequence' }),
    lastSequence: field('wirecase.rtp.sequence.last', 'integer', 'Highest sequence number, modulo 65,536.', { label: 'Last sequence' }),
    callId: optional('sip.call_id', 'keyword', 'Call-ID of the SIP call that announced the flow.', {
      label: 'Call id',
      aliases: ['call_id'],
      indexed: true,
    }),
    sipFlowId: optional('wirecase.rtp.sip_flow_id', 'id', 'Flow in which it was announced.', { label: 'SIP flow' }),
  },
);

export const rtcpRecord = recordType(
  'rtcp',
  'RTCP',
  'What one participant reported of one source in a flow (RFC 3550 6.4), or of itself as a sender. Points to its first report.',
  {
    reporter: field('wirecase.rtcp.reporter', 'keyword', 'SSRC of who reports.', { label: 'Reporter' }),
    source: optional('wirecase.rtp.ssrc', 'keyword', 'SSRC that the reports are about; empty for a sender that reports of none.', {
      label: 'SSRC',
      aliases: ['rtp.ssrc'],
    }),
    reports: field('wirecase.rtcp.reports', 'count', 'Reports seen.', { label: 'Reports' }),
    maxLostShare: optional('wirecase.rtcp.max_lost_share', 'float', 'Highest share of packets lost between two reports, 0 to 1.', {
      label: 'Max lost share',
    }),
    lost: optional('wirecase.rtcp.lost', 'integer', 'Packets lost in all, by the last report; negative where packets came twice.', {
      label: 'Reported lost',
    }),
    jitter: optional('wirecase.rtcp.jitter', 'count', 'Interarrival jitter by the last report, units of the timestamp.', {
      label: 'Reported jitter',
    }),
    maxJitter: optional('wirecase.rtcp.max_jitter', 'count', 'Highest jitter reported, units of the timestamp.', {
      label: 'Max reported jitter',
    }),
    sentPackets: optional('wirecase.rtcp.sent.packets', 'count', 'Packets that the reporter sent, by its last sender report.', {
      label: 'Sent packets',
    }),
    sentBytes: optional('wirecase.rtcp.sent.bytes', 'count', 'Bytes of payload that it sent, by that report.', { label: 'Sent bytes' }),
    canonicalName: optional('wirecase.rtcp.cname', 'keyword', 'Canonical name of the reporter, as user@host.', { label: 'CNAME' }),
    callId: optional('sip.call_id', 'keyword', 'Call-ID of the SIP call that announced the flow.', {
      label: 'Call id',
      aliases: ['call_id'],
      indexed: true,
    }),
  },
);
