import { field, optional, recordType } from '@wirecase/contract';

export const dnp3Record = recordType(
  'dnp3',
  'DNP3',
  'One DNP3 request with its response, or an unsolicited response (IEEE 1815), over TCP or UDP. Points to the packet with the response.',
  {
    request: optional('wirecase.dnp3.request', 'keyword', 'Function of the request, as READ, WRITE, OPERATE or COLD_RESTART.', {
      label: 'DNP3 request',
      aliases: ['fc_request'],
    }),
    reply: optional('wirecase.dnp3.reply', 'keyword', 'RESPONSE or UNSOLICITED_RESPONSE.', { label: 'DNP3 reply', aliases: ['fc_reply'] }),
    indications: optional(
      'wirecase.dnp3.iin',
      'integer',
      'Internal indications of the response, 16 bits: 0x9000 for example is device restart with time needed.',
      {
        label: 'DNP3 indications',
        aliases: ['iin', 'dnp3.al.iin'],
        tshark: 'dnp3.al.iin',
      },
    ),
    source: field('wirecase.dnp3.source', 'integer', 'Address of the station that asks.', { label: 'DNP3 master' }),
    destination: field('wirecase.dnp3.destination', 'integer', 'Address of the station that is asked.', { label: 'DNP3 outstation' }),
    objects: field('wirecase.dnp3.objects', 'keywords', 'Objects that the request names, group and variation: `g60v1`; at most 32.', {
      label: 'DNP3 objects',
    }),
  },
);
