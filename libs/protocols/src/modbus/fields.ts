import { field, optional, recordType } from '@wirecase/contract';

export const modbusRecord = recordType(
  'modbus',
  'Modbus',
  'One Modbus request with its response (Modbus Application Protocol 1.1b3 over TCP). Points to the packet with the response, or to the request when none was seen.',
  {
    transaction: field('wirecase.modbus.transaction', 'integer', 'Number that ties the response to the request.', {
      label: 'Transaction',
      aliases: ['tid', 'mbtcp.trans_id'],
      tshark: 'mbtcp.trans_id',
    }),
    unit: field('wirecase.modbus.unit', 'integer', 'Unit behind the address: 0 or 255 is the device itself.', {
      label: 'Modbus unit',
      aliases: ['unit', 'mbtcp.unit_id'],
      tshark: 'mbtcp.unit_id',
    }),
    functionCode: field('wirecase.modbus.function_code', 'integer', 'Function code, 1 to 127.', {
      label: 'Function code',
      aliases: ['modbus.func_code'],
      tshark: 'modbus.func_code',
    }),
    function: field(
      'wirecase.modbus.function',
      'keyword',
      'Function, as READ_COILS or WRITE_SINGLE_REGISTER; writes change what a machine does.',
      {
        label: 'Modbus function',
        aliases: ['func'],
      },
    ),
    isWrite: field('wirecase.modbus.write', 'boolean', 'Whether the function writes.', { label: 'Modbus write' }),
    address: optional('wirecase.modbus.address', 'integer', 'First coil or register that it is about, from 0.', {
      label: 'Modbus address',
      aliases: ['modbus.reference_num'],
    }),
    quantity: optional('wirecase.modbus.quantity', 'integer', 'How many of them.', { label: 'Modbus quantity' }),
    value: optional('wirecase.modbus.value', 'integer', 'Value of a single write: 65280 is on, 0 off for a coil.', {
      label: 'Modbus value',
    }),
    exception: optional('wirecase.modbus.exception', 'keyword', 'Refusal by its name, as ILLEGAL_DATA_ADDRESS.', {
      label: 'Modbus exception',
      aliases: ['exception'],
    }),
    isAnswered: field('wirecase.modbus.answered', 'boolean', 'Whether the response was seen.', { label: 'Answered' }),
  },
);
