/** What clients may send. Objects are strict: a name that we do not know is an error, not a silence. */
import { captureOrigins, captureStates, isTimeZone, permissions, roles, sensorDefaults, type Permission } from '@wirecase/contract';
import { z } from 'zod';
import { passwordProblem } from '../access/password-rule.ts';
import { isClientNetwork } from '../http/client-address.ts';
import { isStorable } from '../http/storable.ts';

const password = z
  .string()
  .max(1024)
  .superRefine((value, context) => {
    const problem = passwordProblem(value);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ description: 'At least 8 characters, better 15 or more; not one of the most used.' });
/** A password that is only compared. */
const givenPassword = z.string().min(1).max(1024);
const userName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u,
    'must be 1 to 64 letters, digits, dots, hyphens, underscores or @, and begin with a letter or digit',
  );

export const setupRequest = z.strictObject({ token: z.string().max(200), name: userName, password }).meta({ id: 'SetupRequest' });
export const loginRequest = z.strictObject({ name: z.string().min(1).max(200), password: givenPassword }).meta({ id: 'LoginRequest' });
export const changePasswordRequest = z
  .strictObject({ currentPassword: givenPassword, newPassword: password })
  .meta({ id: 'ChangePasswordRequest' });

export const createUserRequest = z.strictObject({ name: userName, password, role: z.enum(roles) }).meta({ id: 'CreateUserRequest' });
export const updateUserRequest = z
  .strictObject({ role: z.enum(roles).optional(), disabled: z.boolean().optional(), password: password.optional() })
  .refine((body) => Object.keys(body).length > 0, 'nothing to change is given')
  .meta({ id: 'UpdateUserRequest' });

const scopes = permissions.filter((each): each is Exclude<Permission, 'public' | 'session'> => each !== 'public' && each !== 'session');
export const createApiKeyRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    scopes: z.array(z.enum(['all', ...scopes])).min(1),
    allowedCidrs: z
      .array(z.string().max(50).refine(isClientNetwork, 'must be an address or network such as 10.0.0.0/8 or 2001:db8::/32'))
      .max(100)
      .default([])
      .meta({ description: 'Networks that it may be used from; without any, from everywhere.' }),
    expiresAt: z.iso
      .datetime({ offset: true })
      .refine((time) => Date.parse(time) > Date.now(), 'must be in the future')
      .nullable()
      .optional(),
  })
  .meta({ id: 'CreateApiKeyRequest' });

/** An id of anything. */
export const anyId = z.guid('is no id: one looks like 0b5e4f0c-8f0e-4c57-9c0e-2d0f3c1a7b11; the list gives them');
export const idParameter = z.guid(
  'the id in the address is no id: one looks like 0b5e4f0c-8f0e-4c57-9c0e-2d0f3c1a7b11; the list gives them',
);
/** Numbers in a query string or path come as text. */
export const integer = (from: number, to: number) => {
  const rule = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number<string>(rule).int(rule).min(from, rule).max(to, rule);
};
export const packetNumber = integer(1, Number.MAX_SAFE_INTEGER);

const limit = (most: number, usual: number) => integer(1, most).default(usual);
export const cursor = z.string().max(1000).optional().meta({ description: '`nextCursor` of the page before.' });

export const captureListQuery = z.strictObject({
  origin: z.enum(captureOrigins).optional().meta({ description: 'Only those that came this way.' }),
  state: z.enum(captureStates).optional().meta({ description: 'Only those in this state.' }),
  name: z
    .string()
    .max(1000)
    .refine(isStorable, 'has a character that no name has')
    .optional()
    .meta({ description: 'Only those with these characters in their name, in any case.' }),
  limit: limit(1000, 100),
  cursor: z.guid('is no cursor: `nextCursor` of the page before is one').optional(),
});
export const captureWaitQuery = z.strictObject({
  wait: integer(0, 60).default(0).meta({ description: 'Seconds to wait for a change of the state, when it is not final.' }),
});
export const packetsQuery = z.strictObject({ offset: integer(0, Number.MAX_SAFE_INTEGER).default(0), limit: limit(1000, 100) });
export const packetQuery = z.strictObject({
  flow: anyId.optional().meta({ description: 'Id of the flow the packet belongs to: its earlier packets are reassembled with it.' }),
});

export const selection = {
  q: z.string().max(10_000).optional().meta({ description: 'Query, e.g. `source.ip == 10.0.0.0/8 and not network.protocol:dns`.' }),
  from: z.string().max(40).optional().meta({ description: 'Earliest packet time, RFC 3339 or epoch seconds, inclusive.' }),
  to: z.string().max(40).optional().meta({ description: 'Latest packet time, exclusive.' }),
  capture: anyId.optional().meta({ description: 'Only this capture.' }),
  sensor: anyId.optional().meta({ description: 'Only captures of this sensor, by its id.' }),
};
export const searchQuery = z.strictObject({
  ...selection,
  sort: z.string().max(100).optional().meta({ description: 'Field name, `-` before it for descending.' }),
  limit: limit(10_000, 100),
  cursor,
});
export type SearchQuery = z.output<typeof searchQuery>;
export const histogramQuery = z.strictObject({ ...selection, buckets: integer(1, 1000).default(100) });
export type HistogramQuery = z.output<typeof histogramQuery>;

export const validateQueryRequest = z
  .strictObject({ record: z.string().max(50).default('flow'), q: z.string().max(10_000) })
  .meta({ id: 'ValidateQueryRequest' });
export const completeQueryRequest = z
  .strictObject({
    record: z.string().max(50).default('flow'),
    q: z.string().max(10_000),
    position: z.int().min(0).meta({ description: 'Cursor, in characters from the start.' }),
  })
  .meta({ id: 'CompleteQueryRequest' });

/** What a change is made from. */
export const readVersion = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
  .meta({ description: 'The one that was read; 409 when there is a newer one. Left out: whatever there is, is changed.' })
  .optional();

const mebibyte = 1024 * 1024;
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30');
const sensorSettings = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u, 'must be 1 to 63 letters, digits, spaces, dots, hyphens or underscores'),
  interface: z
    .string()
    .trim()
    .regex(/^[\w.:@-]{1,64}$/, 'is no name of an interface')
    .refine((name) => !name.startsWith('-'), 'is no name of an interface'),
  filter: z
    .string()
    .trim()
    .max(4096)
    .nullable()
    .default(null)
    .transform((text) => text || null)
    .meta({ description: 'BPF, as tcpdump takes it.' }),
  snapLength: z.int().min(64).max(262_144).nullable().default(null),
  fileBytes: z
    .int()
    .min(mebibyte)
    .max(4096 * mebibyte)
    .default(100 * mebibyte),
  fileSeconds: z.int().min(1).max(86_400).default(60),
  budgetBytes: z
    .int()
    .min(2 * mebibyte)
    .max(2 ** 50)
    .default(10_240 * mebibyte),
  watermarkBytes: z
    .int()
    .min(mebibyte)
    .max(2 ** 50)
    .nullable()
    .default(null),
  bufferMebibytes: z.int().min(1).max(2048).default(64),
  program: z.enum(['dumpcap', 'tcpdump']).default('dumpcap'),
  maxLagSeconds: z.int().min(1).max(86_400).default(sensorDefaults.maxLagSeconds).meta({
    description: 'Its analysis is said to lag when it is so many seconds behind, and to have caught up at half of them.',
  }),
  maxLagFiles: z.int().min(1).max(100_000).default(sensorDefaults.maxLagFiles).meta({ description: 'The same by closed files that wait.' }),
  schedule: z
    .strictObject({
      zone: z.string().max(64).refine(isTimeZone, 'is no time zone'),
      windows: z
        .array(z.strictObject({ days: z.array(z.int().min(1).max(7)).min(1).max(7), from: clock, to: clock }))
        .min(1)
        .max(20),
    })
    .nullable()
    .default(null)
    .meta({ description: 'When it captures by itself: days (1 is Monday) and times of day; null: whenever it was started.' }),
  trigger: z
    .strictObject({
      minSeverity: z.int().min(0).max(100).default(70),
      rules: z.array(z.string().max(100)).max(200).default([]),
      beforeSeconds: z.int().min(0).max(86_400).default(60),
      afterSeconds: z.int().min(0).max(86_400).default(60),
      maxBytes: z
        .int()
        .min(mebibyte)
        .max(2 ** 50)
        .nullable()
        .default(null),
      keepDays: z.int().min(1).max(3650).default(7),
    })
    .nullable()
    .default(null)
    .meta({ description: 'Alerts that hold the ring files around them by themselves, as long as no more than `maxBytes` are held so.' }),
  host: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'is no name of a machine')
    .optional()
    .meta({ description: 'Host name of the machine whose interface it is, if that is not the server; only when it is made.' }),
});
type Sizes = Pick<z.output<typeof sensorSettings>, 'budgetBytes' | 'fileBytes'>;
const holdsTwoFiles = [
  (body: Sizes) => body.budgetBytes >= 2 * body.fileBytes,
  'budgetBytes must hold at least two files of fileBytes',
] as const;
export const sensorRequest = sensorSettings.refine(...holdsTwoFiles).meta({ id: 'SensorRequest' });
export const sensorChange = sensorSettings
  .extend({ version: readVersion })
  .refine(...holdsTwoFiles)
  .meta({ id: 'SensorChange' });
export const startSensorRequest = z
  .strictObject({ minutes: z.int().min(1).max(100_000).optional().meta({ description: 'It stops by itself after so many minutes.' }) })
  .meta({ id: 'StartSensorRequest' });
export const trafficQuery = z.strictObject({ minutes: integer(1, 10_080).default(15) });
