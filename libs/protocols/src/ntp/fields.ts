import { optional, field, recordType } from '@wirecase/contract';

export const ntpRecord = recordType('ntp', 'NTP', 'One NTP message (RFC 5905), or one of its control (6) and private (7) modes.', {
  version: field('wirecase.ntp.version', 'integer', 'Version, 1 to 4.', { label: 'NTP version', tshark: 'ntp.flags.vn' }),
  mode: field(
    'wirecase.ntp.mode',
    'keyword',
    'symmetric_active, symmetric_passive, client, server, broadcast, control (6) or private (7).',
    { label: 'NTP mode' },
  ),
  leap: optional('wirecase.ntp.leap', 'integer', 'Leap indicator: 1 a second more, 2 a second less, 3 clock not set.', {
    label: 'Leap',
    tshark: 'ntp.flags.li',
  }),
  stratum: optional(
    'wirecase.ntp.stratum',
    'integer',
    '1 for a clock with a reference, 2-15 steps from one, 0 unknown or refused, 16 not set.',
    {
      label: 'Stratum',
      aliases: ['stratum'],
      tshark: 'ntp.stratum',
    },
  ),
  poll: optional('wirecase.ntp.poll', 'integer', 'Seconds between messages, as a power of two.', { label: 'Poll', aliases: ['poll'] }),
  precision: optional('wirecase.ntp.precision', 'integer', 'Precision of the clock in seconds, as a power of two.', { label: 'Precision' }),
  rootDelay: optional('wirecase.ntp.root_delay', 'duration', 'Round trip to the reference clock, nanoseconds.', { label: 'Root delay' }),
  rootDispersion: optional('wirecase.ntp.root_dispersion', 'duration', 'Greatest error against the reference clock, nanoseconds.', {
    label: 'Root dispersion',
  }),
  referenceId: optional(
    'wirecase.ntp.reference_id',
    'keyword',
    'What the clock is set by: four letters at stratum 1, the reason of a refusal (RATE, DENY) at 0, else the address, or hash of it, of a server.',
    { label: 'Reference', aliases: ['ref_id'] },
  ),
  referenceTime: optional('wirecase.ntp.reference_time', 'time', 'When the clock was last set.', {
    label: 'Reference time',
    aliases: ['ref_time'],
  }),
  originTime: optional('wirecase.ntp.origin_time', 'time', 'In a response: when the client sent, by its clock.', {
    label: 'Origin time',
    aliases: ['org_time'],
  }),
  receiveTime: optional('wirecase.ntp.receive_time', 'time', 'When the message answered was received.', {
    label: 'Receive time',
    aliases: ['rec_time'],
  }),
  transmitTime: optional('wirecase.ntp.transmit_time', 'time', 'When this message was sent, by the clock of its sender.', {
    label: 'Transmit time',
    aliases: ['xmt_time'],
  }),
  isResponse: optional('wirecase.ntp.response', 'boolean', 'Control and private mode: whether it is a response.', {
    label: 'NTP response',
  }),
  code: optional(
    'wirecase.ntp.code',
    'integer',
    'Operation of a control message; request of a private one, where 42 is MON_GETLIST_1, known from amplification attacks.',
    { label: 'NTP code' },
  ),
});
