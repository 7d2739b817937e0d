/** Requests and answers about channels, as zod schemas. */
import {
  captureOrigins,
  channelKinds,
  sensorNoticeKinds,
  type Change,
  type Channel,
  type ChannelRequest,
  type Delivery,
} from '@wirecase/contract';
import { z } from 'zod';
import { anyId, readVersion } from '../schemas/requests.ts';
import { count, time, versioned } from '../schemas/responses.ts';

const host = z
  .string()
  .trim()
  .regex(/^[\w.:-]{1,253}$/, 'must be a host name or address');
const port = z.int().min(1).max(65_535);
const line = z
  .string()
  .trim()
  .max(320)
  .regex(/^[^\r\n]+$/, 'must be one line');
const webAddress = z.url({ protocol: /^https?$/ }).max(2000);

/** What a script need not say: every alert that is worth a look, each at once. */
const common = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  route: z
    .strictObject({
      minSeverity: z.int().min(0).max(100).default(40),
      rules: z.array(z.string().max(100)).max(200).default([]),
      captures: z.array(anyId).max(200).default([]),
      origins: z.array(z.enum(captureOrigins)).default([]),
      sensors: z.boolean().default(true),
    })
    .prefault({}),
  perHour: z.int().min(1).max(100_000).nullable().default(null),
  digestMinutes: z.int().min(0).max(1440).default(0),
};
const secret = z.string().min(1).max(2000).optional();
const none = z.strictObject({}) as z.ZodType<Record<string, never>>;

const kinds = <More extends z.ZodRawShape>(more: More) =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      ...common,
      ...more,
      kind: z.literal('email'),
      secret,
      config: z.strictObject({
        host,
        port,
        security: z.enum(['tls', 'starttls', 'none']),
        user: line.nullable(),
        from: line,
        to: z.array(line).min(1).max(50),
      }),
    }),
    z.strictObject({ ...common, ...more, kind: z.literal('webhook'), secret, config: z.strictObject({ url: webAddress }) }),
    z.strictObject({
      ...common,
      ...more,
      kind: z.literal('chat'),
      secret: webAddress.optional(),
      config: z.strictObject({ style: z.enum(['text', 'card']).default('text') }),
    }),
    z.strictObject({
      ...common,
      ...more,
      kind: z.literal('syslog'),
      config: z.strictObject({
        host,
        port,
        transport: z.enum(['udp', 'tcp', 'tls']),
        format: z.enum(['cef', 'json']),
        ca: z.string().max(20_000).nullable(),
      }),
    }),
    z.strictObject({ ...common, ...more, kind: z.literal('log'), config: none }),
  ]);

export const channelRequest = kinds({}).meta({ id: 'ChannelRequest' }) satisfies z.ZodType<ChannelRequest>;
export const channelChange = kinds({ version: readVersion }).meta({ id: 'ChannelChange' }) satisfies z.ZodType<Change<ChannelRequest>>;

export const channel = z
  .object({
    ...common,
    id: z.string(),
    kind: z.enum(channelKinds),
    config: z.record(z.string(), z.unknown()) as unknown as z.ZodType<Channel['config']>,
    hasSecret: z.boolean(),
    createdAt: time,
    ...versioned,
  })
  .meta({ id: 'Channel' }) satisfies z.ZodType<Channel>;
export const channels = z.array(channel);

export const delivery = z
  .object({
    id: z.string(),
    alertId: z.string().nullable(),
    notice: z
      .object({
        kind: z.enum(sensorNoticeKinds),
        sensorId: z.string(),
        sensor: z.string(),
        at: time,
        severity: count,
        detail: z.string(),
      })
      .nullable(),
    state: z.enum(['pending', 'sent', 'failed', 'gone']),
    attempts: count,
    createdAt: time,
    nextAt: time,
    sentAt: time.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Delivery' }) satisfies z.ZodType<Delivery>;
export const deliveries = z.array(delivery);
