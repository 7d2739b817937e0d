import {
  alertRecord,
  arpRecord,
  credentialRecord,
  fileRecord,
  flowRecord,
  hostRecord,
  icmpRecord,
  qualityRecord,
  type RecordType,
  tunnelRecord,
  weirdRecord,
} from '@wirecase/contract';
import { registry } from '@wirecase/protocols';

/** Every kind of row: what the engine fills itself and the records of each protocol; what several protocols carry, as NTLM, once. */
export const catalogue: readonly RecordType[] = [
  flowRecord,
  ...new Set(registry.flatMap((module) => module.records)),
  arpRecord,
  icmpRecord,
  fileRecord,
  credentialRecord,
  tunnelRecord,
  hostRecord,
  qualityRecord,
  weirdRecord,
  alertRecord,
];
