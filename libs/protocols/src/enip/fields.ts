import { field, optional, recordType } from '@wirecase/contract';

export const enipRecord = recordType(
  'enip',
  'EtherNet/IP',
  'One EtherNet/IP command with its answer, and the CIP request in it (ODVA), over TCP or UDP; each request packed in another one (multiple_service_packet, unconnected_send) has a row behind it. Points to the packet with the answer.',
  {
    command: field('wirecase.enip.command', 'keyword', 'register_session, send_rr_data, send_unit_data, list_identity and so on.', {
      label: 'ENIP command',
    }),
    session: field('wirecase.enip.session', 'count', 'Number of the session; 0 for none.', {
      label: 'ENIP session',
    }),
    status: optional('wirecase.enip.status', 'integer', 'Status of the answer; 0 is success.', { label: 'ENIP status' }),
    service: optional('wirecase.enip.cip_service', 'keyword', 'CIP service, as get_attribute_single, read_tag or forward_open.', {
      label: 'CIP service',
    }),
    cipClass: optional(
      'wirecase.enip.cip_class',
      'integer',
      'Class of the object that the CIP request is about: 1 identity, 6 connection manager.',
      {
        label: 'CIP class',
      },
    ),
    cipInstance: optional('wirecase.enip.cip_instance', 'integer', 'Instance of that class.', { label: 'CIP instance' }),
    tag: optional('wirecase.enip.cip_tag', 'keyword', 'Name of the tag that is read or written.', {
      label: 'CIP tag',
      aliases: ['cip.symbol'],
      tshark: 'cip.symbol',
    }),
    cipStatus: optional('wirecase.enip.cip_status', 'integer', 'General status of the CIP answer; 0 is success.', {
      label: 'CIP status',
      aliases: ['cip.genstat'],
      tshark: 'cip.genstat',
    }),
    product: optional('wirecase.enip.product', 'keyword', 'Product that answers list_identity.', {
      label: 'Product',
      aliases: ['enip.lir.name'],
      tshark: 'enip.lir.name',
    }),
  },
);
