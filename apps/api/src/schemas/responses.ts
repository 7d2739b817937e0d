/** The shapes of @wirecase/contract as zod schemas, for the OpenAPI document. The compiler holds the two against each other. */
import {
  captureOrigins,
  captureStates,
  credentialKinds,
  permissions,
  roles,
  type ApiKey,
  type Capture,
  type CreatedApiKey,
  type FieldInfo,
  type FileScan,
  type Health,
  type Histogram,
  type KeyLog,
  type PacketDetail,
  type PacketPage,
  type PacketSummary,
  type Problem,
  type ReceivedCaptures,
  type RevealedSecret,
  type Sensor,
  type SensorTraffic,
  type Session,
  type SetupStatus,
  type TreeNode,
  type User,
} from '@wirecase/contract';
import { z } from 'zod';

export const time = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC, nine digits.' });
export const count = z.number().int().nonnegative();
/** Of what several people edit. */
export const versioned = { version: count, changedAt: time.nullable(), changedBy: z.string().nullable() };
const counts = z.record(z.string(), count);

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    position: z.int().optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<Problem>;

export const setupStatus = z
  .object({ required: z.boolean(), version: z.string() })
  .meta({ id: 'SetupStatus' }) satisfies z.ZodType<SetupStatus>;

export const user = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    disabled: z.boolean(),
    createdAt: time,
    lastLoginAt: time.nullable(),
  })
  .meta({ id: 'User' }) satisfies z.ZodType<User>;
export const users = z.array(user);

export const session = z
  .object({ user, permissions: z.array(z.enum(permissions)), csrfToken: z.string() })
  .meta({ id: 'Session' }) satisfies z.ZodType<Session>;

const apiKeyShape = {
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  allowedCidrs: z.array(z.string()),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  owner: z.string(),
};
export const apiKey = z.object(apiKeyShape).meta({ id: 'ApiKey' }) satisfies z.ZodType<ApiKey>;
export const apiKeys = z.array(apiKey);
export const createdApiKey = z.object({ ...apiKeyShape, key: z.string() }).meta({ id: 'CreatedApiKey' }) satisfies z.ZodType<CreatedApiKey>;

export const capture = z
  .object({
    id: z.string(),
    name: z.string(),
    entry: z.string().nullable(),
    state: z.enum(captureStates),
    stage: z.string().nullable(),
    progress: z.object({ bytes: count, totalBytes: count, packets: count }),
    sha256: z.string().nullable(),
    size: count,
    origin: z.enum(captureOrigins),
    format: z.string().nullable(),
    packets: count.nullable(),
    bytes: count.nullable(),
    flows: count.nullable(),
    alerts: count.nullable(),
    firstTime: time.nullable(),
    lastTime: time.nullable(),
    linkTypes: z.array(z.string()),
    nonFlow: counts,
    damaged: z.array(z.object({ offset: count, length: count, reason: z.string() })),
    weirds: counts,
    dropped: count.nullable(),
    interfaces: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        filter: z.string(),
        linkType: z.string(),
        snapLength: count,
        resolution: z.string(),
      }),
    ),
    said: z.object({
      comments: z.array(z.object({ packet: count, text: z.string() })),
      names: count,
      secrets: count,
      skippedBlocks: count,
    }),
    error: z.object({ code: z.string(), title: z.string(), detail: z.string() }).nullable(),
    createdAt: time,
    readyAt: time.nullable(),
    createdBy: z.string().nullable(),
  })
  .meta({ id: 'Capture' }) satisfies z.ZodType<Capture>;
export const receivedCaptures = z
  .object({ ...capture.shape, captures: z.array(capture).meta({ description: 'All that the file holds: several of a ZIP archive.' }) })
  .meta({ id: 'ReceivedCaptures' }) satisfies z.ZodType<ReceivedCaptures>;

/** A page of `item`s. */
export function pageOf(id: string, item: z.ZodType) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable(),
      total: z.object({ value: count, relation: z.enum(['eq', 'gte']) }),
      tookMs: z.number(),
      warnings: z.array(z.string()),
    })
    .meta({ id });
}
export const capturePage = pageOf('CapturePage', capture);

export const histogram = z
  .object({ from: time, to: time, intervalNs: z.number(), counts: z.array(count), bytes: z.array(count), tookMs: z.number() })
  .meta({ id: 'Histogram' }) satisfies z.ZodType<Histogram>;

export const fieldInfo = z
  .object({
    record: z.string(),
    name: z.string(),
    label: z.string(),
    kind: z.string() as z.ZodType<FieldInfo['kind']>,
    doc: z.string(),
    aliases: z.array(z.string()),
  })
  .meta({ id: 'FieldInfo' }) satisfies z.ZodType<FieldInfo>;
export const fieldInfos = z.array(fieldInfo);

const packetSummary = z
  .object({
    number: count,
    time,
    relativeSeconds: z.number(),
    direction: z.enum(['source', 'destination']).nullable(),
    length: count,
    capturedLength: count,
    source: z.string().nullable(),
    destination: z.string().nullable(),
    protocol: z.string().nullable(),
    info: z.string().nullable(),
  })
  .meta({ id: 'PacketSummary' }) satisfies z.ZodType<PacketSummary>;
export const packetPage = z
  .object({ items: z.array(packetSummary), total: count, dissected: z.boolean(), warnings: z.array(z.string()) })
  .meta({ id: 'PacketPage' }) satisfies z.ZodType<PacketPage>;

export const fileScan = z.object({ matches: z.array(z.string()) }).meta({ id: 'FileScan' }) satisfies z.ZodType<FileScan>;

const treeNode: z.ZodType<TreeNode> = z
  .object({
    name: z.string(),
    label: z.string(),
    value: z.string(),
    source: count.meta({ description: 'Which bytes it is in: 0 those of the packet, 1 the first of `sources` ...' }),
    offset: z.int().meta({ description: 'Position in them; -1: it has none, or they are not there.' }),
    length: z.int(),
    get children() {
      return z.array(treeNode);
    },
  })
  .meta({ id: 'TreeNode' });
export const packetDetail = z
  .object({
    number: count,
    time,
    length: count,
    capturedLength: count,
    bytes: z.string().meta({ contentEncoding: 'base64' }),
    tree: z.array(treeNode).nullable(),
    sources: z
      .array(z.object({ name: z.string(), length: count, bytes: z.string().meta({ contentEncoding: 'base64' }) }))
      .meta({ description: 'Other bytes that nodes are in, put together, decrypted or unpacked; of each the first MiB.' }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'PacketDetail' }) satisfies z.ZodType<PacketDetail>;

export const keyLog = z
  .object({ sessions: count, createdAt: z.string().nullable(), createdBy: z.string().nullable() })
  .meta({ id: 'KeyLog' }) satisfies z.ZodType<KeyLog>;

export const revealedSecret = z
  .object({ kind: z.enum(credentialKinds), user: z.string().nullable(), secret: z.string() })
  .meta({ id: 'RevealedSecret' }) satisfies z.ZodType<RevealedSecret>;

const status = z.enum(['ok', 'degraded', 'down']);
export const health = z
  .object({ status, version: z.string(), checks: z.record(z.string(), z.object({ status, detail: z.string() })) })
  .meta({ id: 'Health' }) satisfies z.ZodType<Health>;

const wallTime = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC.' });
const liveSample = z.object({
  sensor: z.string(),
  at: wallTime,
  packets: count,
  bits: count,
  flows: count,
  openFlows: count,
  lagSeconds: z.number(),
  waitingBytes: z.number(),
  waitingFiles: count,
});
const sensorTrouble = z.object({ since: wallTime, detail: z.string() });
export const sensor = z
  .object({
    id: z.string(),
    name: z.string(),
    host: z.string(),
    interface: z.string(),
    filter: z.string().nullable(),
    snapLength: z.int().nullable(),
    fileBytes: count,
    fileSeconds: count,
    budgetBytes: count,
    watermarkBytes: count.nullable(),
    bufferMebibytes: count,
    program: z.enum(['dumpcap', 'tcpdump']),
    maxLagSeconds: count,
    maxLagFiles: count,
    schedule: z
      .object({ zone: z.string(), windows: z.array(z.object({ days: z.array(z.int()), from: z.string(), to: z.string() })) })
      .nullable(),
    trigger: z
      .object({
        minSeverity: count,
        rules: z.array(z.string()),
        beforeSeconds: count,
        afterSeconds: count,
        maxBytes: count.nullable(),
        keepDays: count,
      })
      .nullable(),
    isEnabled: z.boolean(),
    stopAt: wallTime.nullable(),
    isConfigured: z.boolean(),
    createdAt: wallTime,
    createdBy: z.string().nullable(),
    ...versioned,
    changedAt: wallTime.nullable(),
    status: z.object({ isCapturing: z.boolean(), detail: z.string(), at: wallTime }).nullable(),
    isAway: z.boolean(),
    lag: sensorTrouble.nullable(),
    triggerFull: sensorTrouble.nullable(),
    live: liveSample.nullable(),
  })
  .meta({ id: 'Sensor' }) satisfies z.ZodType<Sensor>;
export const sensors = z.array(sensor);
export const interfaces = z.array(z.string());
const share = { bytes: count, flows: count };
export const sensorTraffic = z
  .object({
    from: wallTime,
    to: wallTime,
    minutes: z.array(z.object({ minute: wallTime, packets: count, bytes: count, flows: count, isOpen: z.boolean() })),
    gaps: z.array(z.object({ from: wallTime, to: wallTime, reason: z.string(), dropped: count })),
    events: z.array(z.object({ at: wallTime, kind: z.string(), detail: z.string() })),
    talkers: z.array(z.object({ ip: z.string(), ...share })),
    protocols: z.array(z.object({ name: z.string(), ...share })),
  })
  .meta({ id: 'SensorTraffic' }) satisfies z.ZodType<SensorTraffic>;
