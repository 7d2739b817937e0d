import { field, optional, recordType } from '@wirecase/contract';

export const radiusRecord = recordType(
  'radius',
  'RADIUS',
  'One RADIUS request with its answer (RFC 2865, 2866). Points to the packet with the answer. Passwords, hidden as they are, are not kept.',
  {
    code: field(
      'wirecase.radius.request',
      'keyword',
      'access-request, accounting-request, status-server, disconnect-request or coa-request; empty text when only the answer was seen.',
      {
        label: 'RADIUS request',
      },
    ),
    result: optional(
      'wirecase.radius.result',
      'keyword',
      'access-accept, access-reject, access-challenge, accounting-response and so on.',
      {
        label: 'RADIUS result',
        aliases: ['result'],
      },
    ),
    identifier: field('wirecase.radius.id', 'integer', 'Number that ties the answer to the request.', {
      label: 'RADIUS id',
      aliases: ['radius.id'],
      tshark: 'radius.id',
    }),
    user: optional('wirecase.radius.user', 'keyword', 'User-Name.', {
      label: 'RADIUS user',
      aliases: ['radius.user', 'username', 'radius.User_Name'],
      tshark: 'radius.User_Name',
      indexed: true,
    }),
    nasIp: optional('wirecase.radius.nas_ip', 'ip', 'Address of the access server that asks.', {
      label: 'Access server',
      aliases: ['radius.NAS_IP_Address'],
    }),
    nasIdentifier: optional('wirecase.radius.nas_identifier', 'keyword', 'Name of the access server.', {
      label: 'Access server name',
      aliases: ['radius.NAS_Identifier'],
      tshark: 'radius.NAS_Identifier',
    }),
    callingStation: optional('wirecase.radius.calling_station', 'keyword', 'Where the user calls from: mostly a MAC address.', {
      label: 'Calling station',
      aliases: ['mac', 'radius.mac', 'radius.Calling_Station_Id'],
      tshark: 'radius.Calling_Station_Id',
      indexed: true,
    }),
    calledStation: optional('wirecase.radius.called_station', 'keyword', 'What the user calls: mostly the access point and its network.', {
      label: 'Called station',
      aliases: ['radius.Called_Station_Id'],
      tshark: 'radius.Called_Station_Id',
    }),
    framedIp: optional('wirecase.radius.framed_ip', 'ip', 'Address that the user is given.', {
      label: 'Framed address',
      aliases: ['framed_addr', 'radius.framed-ip'],
    }),
    replyMessage: optional('wirecase.radius.reply_message', 'text', 'What the server tells the user.', {
      label: 'Reply message',
      aliases: ['reply_msg'],
    }),
    accountingStatus: optional(
      'wirecase.radius.accounting_status',
      'keyword',
      'start, stop, interim-update, accounting-on or accounting-off.',
      {
        label: 'Accounting',
      },
    ),
    sessionId: optional('wirecase.radius.session_id', 'keyword', 'Acct-Session-Id.', { label: 'Accounting session' }),
    hasEap: field('wirecase.radius.eap', 'boolean', 'Whether the login is by EAP, carried in the messages.', { label: 'EAP' }),
  },
);
