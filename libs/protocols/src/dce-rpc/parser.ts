/** DCE/RPC over TCP (C706, MS-RPCE): the endpoint mapper on 135, services on the ports that it names. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { RPC_HEADER_BYTES, RpcConnection, rpcLength } from '../common/dcerpc.ts';
import { dceRpcRecord } from '../common/dcerpc-record.ts';
import { gssRecords } from '../common/gss-exchange.ts';

class DceRpcParser implements ProtocolParser {
  private readonly connection: RpcConnection;

  constructor(context: FlowContext) {
    this.connection = new RpcConnection(context, null);
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    this.connection.data(direction, bytes, start, end);
    return true;
  }

  gap(direction: Direction, missing: number): boolean {
    this.connection.gap(direction, missing);
    return true;
  }

  end(): void {
    this.connection.end();
  }
}

function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (bytes[start] !== 5 || (end - start > 1 && bytes[start + 1]! > 1)) return 'no';
  if (end - start < RPC_HEADER_BYTES) return 'more';
  return rpcLength(bytes, start, end) > 0 ? 'yes' : 'no';
}

export const dceRpc: ProtocolModule = {
  name: 'dce_rpc',
  records: [dceRpcRecord, ...gssRecords],
  transports: ['tcp'],
  ports: [135, 593],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new DceRpcParser(context),
};
