import { field, optional, recordType } from '@wirecase/contract';

/** Of DCE/RPC over TCP, and over the named pipes of SMB. */
export const dceRpcRecord = recordType(
  'dce_rpc',
  'DCE/RPC',
  'One remote procedure call with its answer (C706, MS-RPCE), over TCP or a named pipe of SMB. Points to the packet with the answer.',
  {
    endpoint: optional(
      'dce_rpc.endpoint',
      'keyword',
      'Interface by its usual name, as samr, svcctl or drsuapi; empty when it is not known.',
      {
        label: 'RPC endpoint',
        aliases: ['endpoint'],
        indexed: true,
      },
    ),
    operation: optional(
      'dce_rpc.operation',
      'keyword',
      'Procedure by its name, as SamrEnumerateUsersInDomain; empty when it is not known.',
      {
        label: 'RPC operation',
        aliases: ['operation'],
        indexed: true,
      },
    ),
    uuid: optional('wirecase.dce_rpc.uuid', 'keyword', 'Interface by its UUID; empty when the bind was not seen.', {
      label: 'RPC interface',
      aliases: ['dcerpc.cn_bind_to_uuid'],
    }),
    opnum: field('wirecase.dce_rpc.opnum', 'integer', 'Number of the procedure in its interface.', {
      label: 'RPC opnum',
      aliases: ['dcerpc.opnum'],
      tshark: 'dcerpc.opnum',
    }),
    namedPipe: optional('wirecase.dce_rpc.named_pipe', 'keyword', 'Pipe, or port, by which the server names the endpoint.', {
      label: 'Named pipe',
      aliases: ['named_pipe'],
    }),
    rtt: optional('wirecase.dce_rpc.rtt', 'duration', 'Time from call to answer, nanoseconds.', { label: 'RPC time', aliases: ['rtt'] }),
    fault: optional(
      'wirecase.dce_rpc.fault',
      'keyword',
      'Status of a fault, hexadecimal, as 0x1c010003; empty when the call went through.',
      {
        label: 'RPC fault',
      },
    ),
    protection: optional(
      'wirecase.dce_rpc.protection',
      'keyword',
      'What the connection is protected by: connect, call, packet, integrity or privacy (encrypted); empty for nothing.',
      { label: 'RPC protection' },
    ),
  },
);
