import { field, optional, recordType } from '@wirecase/contract';

export const iec104Record = recordType(
  'iec104',
  'IEC 104',
  'One message of IEC 60870-5-104 with data, or one that starts or stops the transfer.',
  {
    kind: field(
      'wirecase.iec104.kind',
      'keyword',
      'I for data; STARTDT or STOPDT with `act` or `con`. Acknowledgements and tests are not told.',
      {
        label: 'IEC 104 message',
      },
    ),
    type: optional('wirecase.iec104.type', 'keyword', 'Type of the data, as M_ME_NC_1 (measured value) or C_SC_NA_1 (single command).', {
      label: 'IEC 104 type',
      aliases: ['iec60870_asdu.typeid'],
    }),
    isCommand: field('wirecase.iec104.command', 'boolean', 'Whether it is a command to the controlled station (types 45 to 107).', {
      label: 'IEC 104 command',
    }),
    cause: optional('wirecase.iec104.cause', 'keyword', 'Cause of transmission, as spontaneous, activation or activation confirmation.', {
      label: 'Cause',
    }),
    isNegative: optional('wirecase.iec104.negative', 'boolean', 'Whether a confirmation refuses.', { label: 'Refused' }),
    commonAddress: optional('wirecase.iec104.common_address', 'integer', 'Address of the station.', {
      label: 'Common address',
      aliases: ['iec60870_asdu.addr'],
      tshark: 'iec60870_asdu.addr',
    }),
    objects: optional('wirecase.iec104.objects', 'integer', 'Information objects in it.', {
      label: 'Objects',
      aliases: ['iec60870_asdu.numix'],
      tshark: 'iec60870_asdu.numix',
    }),
    objectAddress: optional('wirecase.iec104.object_address', 'integer', 'Address of the first of them.', { label: 'Object address' }),
  },
);
