import { field, optional, recordType } from '@wirecase/contract';

export const bacnetRecord = recordType('bacnet', 'BACnet', 'One BACnet message over IP (ASHRAE 135, annex J) with an application part.', {
  type: field(
    'wirecase.bacnet.type',
    'keyword',
    'confirmed_request, unconfirmed_request, simple_ack, complex_ack, segment_ack, error, reject or abort.',
    {
      label: 'BACnet message',
    },
  ),
  service: optional('wirecase.bacnet.service', 'keyword', 'Service, as who_is, read_property, write_property or reinitialize_device.', {
    label: 'BACnet service',
  }),
  isWrite: field('wirecase.bacnet.write', 'boolean', 'Whether the service changes something in the device.', { label: 'BACnet write' }),
  invokeId: optional('wirecase.bacnet.invoke_id', 'integer', 'Number that ties an answer to its request.', {
    label: 'Invoke id',
    aliases: ['bacapp.invoke_id'],
    tshark: 'bacapp.invoke_id',
  }),
  object: optional('wirecase.bacnet.object', 'keyword', 'First object that it names, as `device 1234` or `analog_output 3`.', {
    label: 'BACnet object',
  }),
  network: optional('wirecase.bacnet.network', 'integer', 'Network behind a router that it goes to; 65535 is all.', {
    label: 'BACnet network',
    aliases: ['bacnet.dnet'],
    tshark: 'bacnet.dnet',
  }),
});
