/** What clients may send. Objects are strict: a name that we do not know is an error, not a silence. */
import { permissions, roles, type Permission } from '@wirecase/contract';
import { z } from 'zod';
import { passwordProblem } from '../access/password-rule.ts';

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
    expiresAt: z.iso
      .datetime({ offset: true })
      .refine((time) => Date.parse(time) > Date.now(), 'must be in the future')
      .nullable()
      .optional(),
  })
  .meta({ id: 'CreateApiKeyRequest' });

export const idParameter = z.guid('the id in the address is not a UUID');
/** Numbers in a query string or path come as text. */
const integer = (from: number, to: number) => z.coerce.number<string>().int().min(from).max(to);
export const packetNumber = integer(1, Number.MAX_SAFE_INTEGER);

const limit = (most: number, usual: number) => integer(1, most).default(usual);
const cursor = z.string().max(1000).optional().meta({ description: '`nextCursor` of the page before.' });

export const captureListQuery = z.strictObject({ limit: limit(1000, 100), cursor });
export const captureWaitQuery = z.strictObject({
  wait: integer(0, 60).default(0).meta({ description: 'Seconds to wait for a change of the state, when it is not final.' }),
});
export const packetsQuery = z.strictObject({ offset: integer(0, Number.MAX_SAFE_INTEGER).default(0), limit: limit(1000, 100) });
export const packetQuery = z.strictObject({
  flow: z.guid().optional().meta({ description: 'Id of the flow the packet belongs to: its earlier packets are reassembled with it.' }),
});

export const selection = {
  q: z.string().max(10_000).optional().meta({ description: 'Query, e.g. `source.ip == 10.0.0.0/8 and not network.protocol:dns`.' }),
  from: z.string().max(40).optional().meta({ description: 'Earliest packet time, RFC 3339 or epoch seconds, inclusive.' }),
  to: z.string().max(40).optional().meta({ description: 'Latest packet time, exclusive.' }),
  capture: z.guid().optional().meta({ description: 'Only this capture.' }),
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
