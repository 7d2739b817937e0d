import { field, optional, recordType } from '@wirecase/contract';

export const nbnsRecord = recordType(
  'nbns',
  'NetBIOS names',
  'One message of the NetBIOS name service with its answer (RFC 1002 4.2): a name that is asked for, registered or released, or the names of a host. What is asked by broadcast is answered in another flow, so the answer is a record of its own.',
  {
    nbnsId: field('wirecase.nbns.id', 'integer', 'Id that ties the answer to the request, 0-65535.', {
      label: 'NetBIOS id',
      aliases: ['nbns.id'],
      tshark: 'nbns.id',
    }),
    operation: field('wirecase.nbns.operation', 'keyword', 'query, registration, release, wait, refresh or multihomed_registration.', {
      label: 'NetBIOS operation',
    }),
    questionType: optional(
      'wirecase.nbns.question_type',
      'keyword',
      'NB (addresses of a name) or NBSTAT (names of a host); empty when only the answer was seen.',
      {
        label: 'NetBIOS question',
      },
    ),
    name: optional('wirecase.nbns.name', 'keyword', 'Name that it is about, without its last byte; `*` is any.', {
      label: 'NetBIOS name',
      indexed: true,
    }),
    service: optional(
      'wirecase.nbns.service',
      'keyword',
      'What the last byte of the name says: workstation, file_server, domain_controllers ...; else its hexadecimal number.',
      {
        label: 'NetBIOS service',
      },
    ),
    isBroadcast: field('wirecase.nbns.broadcast', 'boolean', 'Whether it was said to all of the network.', { label: 'Broadcast' }),
    isGroup: optional('wirecase.nbns.group', 'boolean', 'Whether the name is that of a group.', { label: 'Group' }),
    responseCode: optional(
      'wirecase.nbns.response_code',
      'keyword',
      'NOERROR, FMT_ERR, SRV_ERR, NAM_ERR, IMP_ERR, RFS_ERR, ACT_ERR or CFT_ERR; empty when no answer was seen.',
      {
        label: 'NetBIOS answer',
      },
    ),
    addresses: field('wirecase.nbns.addresses', 'ips', 'Addresses of the name, answered or registered; at most 16.', {
      label: 'NetBIOS addresses',
      aliases: ['nbns.addr'],
      tshark: 'nbns.addr',
    }),
    names: field(
      'wirecase.nbns.names',
      'keywords',
      'Names of the host that answers, with the last byte, as `FILES<20>`; behind those of groups `group` stands. At most 64.',
      {
        label: 'Names of the host',
      },
    ),
    mac: optional('wirecase.nbns.mac', 'keyword', 'Hardware address that the host gives with its names.', { label: 'Hardware address' }),
  },
);
