/**
 * Programs that come into the network readably, and programs that pretend to be something else. No state but what was told: one finding for
 * each sender and content.
 */
import { fileRecord, formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule } from '../detector.ts';
import { isInternal } from '../host-table.ts';
import { Told } from '../told.ts';

/** Formats that a system runs as they are, by the type of their first bytes. */
const programs: Readonly<Record<string, string>> = {
  'application/vnd.microsoft.portable-executable': 'a program for Windows',
  'application/x-elf': 'a program for Linux',
  'application/x-mach-binary': 'a program for macOS',
};

class ExecutableTransferDetector implements Detector {
  private readonly context: DetectContext;
  private readonly told = new Told();

  constructor(context: DetectContext) {
    this.context = context;
  }

  record(_type: RecordType, row: object): void {
    const file = row as RowOf<typeof fileRecord.fields>;
    const program = file.sniffedType === null ? undefined : programs[file.sniffedType];
    if (program === undefined) return;
    const isDownload = file.direction === 'to-originator';
    const [sender, receiver] = isDownload ? [file.destinationIp, file.sourceIp] : [file.sourceIp, file.destinationIp];
    const isFromOutside = !isInternal(sender) && isInternal(receiver);
    if (!isFromOutside && !file.mismatch) return;
    const [from, to] = [formatIp(sender), formatIp(receiver)];
    if (!this.told.isNew(`${from} ${file.sha256 ?? file.path ?? ''}`)) return;
    const name = file.name ?? 'a file without name';
    const declared = file.mimeType === null ? '' : `, declared as ${file.mimeType}`;
    this.context.alert({
      start: file.time,
      end: file.time,
      detectedAt: this.context.timeNs,
      severity: file.mismatch ? 50 : 25,
      confidence: file.mismatch ? 0.8 : 0.5,
      techniques: file.mismatch ? ['T1036.008', 'T1105'] : ['T1105'],
      sourceIp: sender,
      destinationIp: receiver,
      alertClass: file.mismatch ? 'transfer.disguised-program' : 'transfer.program',
      entities: [
        { role: 'attacker', ip: from },
        { role: 'victim', ip: to },
      ],
      evidence: { metric: 'programs sent', value: 1, threshold: 1, window: 0, packets: [file.packet] },
      explanation:
        `${to} got ${name} from ${from} by ${file.sourceProtocol}${declared}: by its content it is ${program}` +
        `${file.mismatch ? ', which its name or declared type hides' : ''}.` +
        `${file.sha256 === null ? '' : ` SHA-256 ${file.sha256}.`}`,
    });
  }

  finish(): void {}
}

export const executableTransfer: DetectorModule = {
  rule: {
    id: 'executable-transfer',
    name: 'Program transferred',
    version: '1',
    needs: ['streams', 'whole-packets', 'clear-text'],
    doc:
      'A program (PE, ELF, Mach-O by its first bytes) that a host of the network gets from outside by a protocol that anyone can read and ' +
      'change (transfer.program), or one whose name or declared type says that it is something else, from anywhere ' +
      '(transfer.disguised-program). One finding for each sender and content. Updates that are fetched by plain HTTP look the same.',
  },
  options: {},
  records: [fileRecord],
  create: (context) => new ExecutableTransferDetector(context),
};
