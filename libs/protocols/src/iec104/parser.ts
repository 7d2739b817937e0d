/** IEC 60870-5-104 over TCP (little-endian): control messages and the head of each ASDU (60870-5-101 7.2). */
import type { Direction, FlowContext, OwnRow, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { read16Le, read24Le } from '../common/binary.ts';
import { FramedParser } from '../common/framed-parser.ts';
import { iec104Record } from './fields.ts';

const MAX_MESSAGE_BYTES = 255;
const types = new Map(
  (
    '1 M_SP_NA_1 3 M_DP_NA_1 5 M_ST_NA_1 7 M_BO_NA_1 9 M_ME_NA_1 11 M_ME_NB_1 13 M_ME_NC_1 15 M_IT_NA_1 20 M_PS_NA_1 21 M_ME_ND_1 30 M_SP_TB_1 ' +
    '31 M_DP_TB_1 32 M_ST_TB_1 33 M_BO_TB_1 34 M_ME_TD_1 35 M_ME_TE_1 36 M_ME_TF_1 37 M_IT_TB_1 38 M_EP_TD_1 39 M_EP_TE_1 40 M_EP_TF_1 ' +
    '45 C_SC_NA_1 46 C_DC_NA_1 47 C_RC_NA_1 48 C_SE_NA_1 49 C_SE_NB_1 50 C_SE_NC_1 51 C_BO_NA_1 58 C_SC_TA_1 59 C_DC_TA_1 60 C_RC_TA_1 ' +
    '61 C_SE_TA_1 62 C_SE_TB_1 63 C_SE_TC_1 64 C_BO_TA_1 70 M_EI_NA_1 100 C_IC_NA_1 101 C_CI_NA_1 102 C_RD_NA_1 103 C_CS_NA_1 104 C_TS_NA_1 ' +
    '105 C_RP_NA_1 106 C_CD_NA_1 107 C_TS_TA_1 110 P_ME_NA_1 111 P_ME_NB_1 112 P_ME_NC_1 113 P_AC_NA_1 120 F_FR_NA_1 121 F_SR_NA_1 ' +
    '122 F_SC_NA_1 123 F_LS_NA_1 124 F_AF_NA_1 125 F_SG_NA_1 126 F_DR_TA_1'
  )
    .match(/\d+ \w+/g)!
    .map((pair) => [Number(pair.split(' ')[0]), pair.split(' ')[1]!] as const),
);
const causes = [
  'not used',
  'periodic',
  'background scan',
  'spontaneous',
  'initialized',
  'request',
  'activation',
  'activation confirmation',
  'deactivation',
  'deactivation confirmation',
  'activation termination',
  'return by remote command',
  'return by local command',
  'file transfer',
];
const otherCauses = new Map([
  [20, 'interrogated by station'],
  [37, 'counter interrogation'],
  [44, 'unknown type'],
  [45, 'unknown cause'],
  [46, 'unknown common address'],
  [47, 'unknown object address'],
]);
const controls = new Map([
  [0x07, 'STARTDT act'],
  [0x0b, 'STARTDT con'],
  [0x13, 'STOPDT act'],
  [0x23, 'STOPDT con'],
]);

class Iec104Parser extends FramedParser {
  constructor(context: FlowContext) {
    super(context, { limit: MAX_MESSAGE_BYTES, lengthOf: messageLength, broken: 'iec104_bad_message' });
  }

  end(): void {
    // Nothing waits: each message is a record.
  }

  protected message(_direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const control = bytes[start + 2]!;
    if ((control & 1) === 0) {
      const row = end - start >= 15 ? asdu(bytes, start + 6) : null;
      if (row) this.context.emit(iec104Record, row);
      else this.context.weird('iec104_bad_message');
    } else if (controls.has(control)) {
      this.context.emit(iec104Record, { ...emptyRow(), kind: controls.get(control)! });
    }
  }
}

/** Type, count, cause with originator, common address, first object. `null`: a type that there is not. */
function asdu(bytes: Uint8Array, start: number): OwnRow<typeof iec104Record> | null {
  const type = types.get(bytes[start]!);
  if (!type) return null;
  const cause = bytes[start + 2]! & 63;
  return {
    kind: 'I',
    type,
    isCommand: bytes[start]! >= 45 && bytes[start]! <= 107 && bytes[start] !== 70,
    cause: causes[cause] ?? otherCauses.get(cause) ?? `${cause}`,
    isNegative: (bytes[start + 2]! & 64) !== 0,
    commonAddress: read16Le(bytes, start + 4),
    objects: bytes[start + 1]! & 127,
    objectAddress: read24Le(bytes, start + 6),
  };
}

function emptyRow(): OwnRow<typeof iec104Record> {
  return { kind: '', type: null, isCommand: false, cause: null, isNegative: null, commonAddress: null, objects: null, objectAddress: null };
}

/** 68, length of what follows, at least the four bytes of control. */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x68) return -1;
  if (end - start < 2) return 0;
  const length = bytes[start + 1]!;
  return length < 4 || length > 253 ? -1 : 2 + length;
}

/** A start, stop or test, or data of a known type and cause. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const length = end > start ? messageLength(bytes, start, end) : 0;
  if (length < 0) return 'no';
  if (end - start < 6) return 'more';
  const control = bytes[start + 2]!;
  const isEmpty = bytes[start + 3] === 0 && bytes[start + 4] === 0 && bytes[start + 5] === 0;
  if (length === 6) return isEmpty && (controls.has(control) || control === 0x43 || control === 0x83) ? 'yes' : 'no';
  if (end - start < 15) return (control & 1) === 0 && length >= 15 ? 'more' : 'no';
  return (control & 1) === 0 &&
    length >= 15 &&
    types.has(bytes[start + 6]!) &&
    (bytes[start + 8]! & 63) > 0 &&
    (bytes[start + 8]! & 63) < 48
    ? 'yes'
    : 'no';
}

export const iec104: ProtocolModule = {
  name: 'iec104',
  records: [iec104Record],
  transports: ['tcp'],
  ports: [2404],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new Iec104Parser(context),
};
