import { field, optional, recordType } from '@wirecase/contract';

export const s7commRecord = recordType(
  's7comm',
  'S7',
  'One S7 request with its answer (Siemens S7-300/400/1200/1500 over ISO-TSAP, RFC 1006). Points to the packet with the answer, or to the request when none was seen.',
  {
    protocol: field('wirecase.s7comm.protocol', 'keyword', 's7comm, or s7comm-plus, of which only the kind of message is told.', {
      label: 'S7 protocol',
    }),
    kind: field('wirecase.s7comm.rosctr', 'keyword', 'job, userdata, ack or ack_data; for s7comm-plus its version.', {
      label: 'S7 kind',
      aliases: ['rosctr_name'],
    }),
    reference: optional('wirecase.s7comm.reference', 'integer', 'Number that ties the answer to the request.', {
      label: 'S7 reference',
      aliases: ['s7comm.header.pduref'],
      tshark: 's7comm.header.pduref',
    }),
    function: optional(
      'wirecase.s7comm.function',
      'keyword',
      'Function, as read_variable, write_variable, plc_stop, download_block; for userdata group and number.',
      {
        label: 'S7 function',
        aliases: ['function_name'],
      },
    ),
    items: optional('wirecase.s7comm.items', 'integer', 'Variables that are read or written.', {
      label: 'S7 items',
      aliases: ['s7comm.param.itemcount'],
      tshark: 's7comm.param.itemcount',
    }),
    address: optional('wirecase.s7comm.address', 'keyword', 'First of them, as `DB1.DBX 0.0` or `M 4.0`.', { label: 'S7 address' }),
    error: optional('wirecase.s7comm.error', 'integer', 'Error class and code of the answer; 0 is none.', { label: 'S7 error' }),
    isAnswered: field('wirecase.s7comm.answered', 'boolean', 'Whether the answer was seen.', { label: 'S7 answered' }),
  },
);
