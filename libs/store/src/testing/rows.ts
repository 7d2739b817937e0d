/** Rows and captures for the store's own tests. */
import { randomBytes, randomUUID } from 'node:crypto';
import { flowRecord, parseIp, parseTime, type CaptureSummary, type FlowRow } from '@wirecase/contract';
import type { NewCapture } from '../capture-repository.ts';

/** A TCP flow of one packet each way, `overrides` where a test needs something else. */
export function flowRow(overrides: Partial<FlowRow> = {}): FlowRow {
  const values: Record<string, unknown> = {};
  for (const [property, field] of Object.entries(flowRecord.fields)) {
    if (field.optional) values[property] = null;
    else if (field.kind === 'boolean') values[property] = false;
    else if (field.kind === 'keywords' || field.kind === 'integers') values[property] = [];
    else if (field.kind === 'count') values[property] = 1;
  }
  const start = overrides.start ?? parseTime('2024-05-01T10:00:00Z')!;
  return {
    ...(values as FlowRow),
    id: randomUUID(),
    start,
    end: start + 1_000_000_000n,
    duration: 1_000_000_000n,
    sourceIp: parseIp('10.0.0.1')!,
    sourcePort: 40_000,
    destinationIp: parseIp('10.0.0.2')!,
    destinationPort: 443,
    transport: 'tcp',
    ianaNumber: 6,
    networkType: 'ipv4',
    state: 'SF',
    history: 'ShADadFf',
    ...overrides,
  };
}

export function newCapture(overrides: Partial<NewCapture> = {}): NewCapture {
  return {
    id: randomUUID(),
    name: 'office.pcap',
    entry: null,
    origin: 'upload',
    sha256: randomBytes(32).toString('hex'),
    size: 1000,
    format: 'pcap',
    createdBy: 'ada',
    ...overrides,
  };
}

export function summary(overrides: Partial<CaptureSummary> = {}): CaptureSummary {
  return {
    format: 'pcap',
    packets: 3,
    bytes: 180,
    firstTimeNs: 1_714_557_600_000_000_001n,
    lastTimeNs: 1_714_557_601_000_000_000n,
    linkTypes: ['ETHERNET'],
    nonFlow: { arp: 1 },
    damaged: [{ offset: 24, length: 7, reason: 'record length' }],
    weirds: {},
    flows: 1,
    dropped: null,
    interfaces: [],
    said: { comments: [], names: 0, secrets: 0, skippedBlocks: 0 },
    ...overrides,
  };
}
