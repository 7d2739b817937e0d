/** Requests and answers about detection, as zod schemas. */
import {
  assetRoles,
  indicatorRule,
  parseNetworkText,
  type ClassifierCard,
  type DetectorInfo,
  type StoredDetectionSettings,
  type Suppression,
} from '@wirecase/contract';
import { registry } from '@wirecase/detect';
import { z } from 'zod';
import { anyId } from '../schemas/requests.ts';
import { count, time } from '../schemas/responses.ts';

const isMac = (text: string) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text);
const who = z
  .string()
  .trim()
  .refine((text) => isMac(text) || parseNetworkText(text) !== null, 'must be an address, a network or a MAC address');
const ruleIds: readonly string[] = [...registry.map(({ rule }) => rule.id), indicatorRule.id];
const ruleId = z.string().refine((id) => ruleIds.includes(id), `must be one of ${ruleIds.join(', ')}`);
const words = z.string().trim().min(1).max(500);
const future = z.iso.datetime({ offset: true }).refine((at) => Date.parse(at) > Date.now(), 'must be in the future');

/** Every value is of an option that there is, a number above zero; sizes and counts are bounded so that no one can switch a detector mad. */
const options = z.record(ruleId, z.record(z.string().max(50), z.number().positive().max(1e9))).superRefine((given, context) => {
  for (const [id, values] of Object.entries(given)) {
    const known = registry.find(({ rule }) => rule.id === id)?.options ?? {};
    for (const [name, value] of Object.entries(values)) {
      const option = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!option)
        context.addIssue({ code: 'custom', path: [id, name], message: `${id} has the options ${Object.keys(known).join(', ')}` });
      else if (option.unit === 'count' && !Number.isInteger(value))
        context.addIssue({ code: 'custom', path: [id, name], message: 'must be whole' });
    }
  }
});

const asset = z.strictObject({
  network: who,
  role: z.enum(assetRoles),
  owner: words,
  reason: words,
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
});

export const detectionSettings = z
  .strictObject({
    version: z.int().nonnegative(),
    options,
    allow: z.record(ruleId, z.array(who).max(1000)),
    assets: z.array(asset).max(1000),
  })
  .meta({ id: 'DetectionSettings' });

export const storedDetectionSettings = z
  .object({
    version: z.int(),
    options: z.record(z.string(), z.record(z.string(), z.number())),
    allow: z.record(z.string(), z.array(z.string())),
    assets: z.array(asset),
    changedAt: time.nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: 'StoredDetectionSettings' }) satisfies z.ZodType<StoredDetectionSettings>;
export const storedDetectionVersions = z.array(storedDetectionSettings);

export const detectors = z.array(
  z
    .object({
      id: z.string(),
      name: z.string(),
      version: z.string(),
      doc: z.string(),
      options: z.array(z.object({ name: z.string(), doc: z.string(), unit: z.string(), default: z.number() })),
    })
    .meta({ id: 'Detector' }) satisfies z.ZodType<DetectorInfo>,
);

const figures = z.object({ class: z.string(), windows: count, precision: z.number(), recall: z.number(), f1: z.number() });
export const classifierCard = z
  .object({
    version: z.string(),
    sha256: z.string(),
    windows: z.array(
      z.object({
        seconds: z.int(),
        macroF1: z.number(),
        classes: z.array(figures),
        calibrationError: z.object({ before: z.number(), after: z.number() }),
        comparison: z.array(z.object({ way: z.string(), macroF1: z.number(), benign: count, wrong: count })),
        tools: z.array(z.object({ tool: z.string(), windows: count, right: count })),
      }),
    ),
    captures: z.array(z.object({ name: z.string(), sha256: z.string(), tool: z.string(), class: z.string() })),
  })
  .meta({ id: 'ClassifierCard' }) satisfies z.ZodType<ClassifierCard>;

export const createSuppression = z
  .strictObject({
    rule: ruleId.nullable().default(null),
    entity: who.nullable().default(null),
    captureId: anyId.nullable().default(null),
    owner: words,
    reason: words,
    expiresAt: future,
  })
  .refine(({ rule, entity, captureId }) => rule !== null || entity !== null || captureId !== null, 'give a rule, an entity or a capture')
  .meta({ id: 'CreateSuppressionRequest' });

export const suppression = z
  .object({
    id: z.string(),
    rule: z.string().nullable(),
    entity: z.string().nullable(),
    captureId: z.string().nullable(),
    owner: z.string(),
    reason: z.string(),
    expiresAt: time,
    createdAt: time,
    createdBy: z.string(),
    endedAt: time.nullable(),
    endedBy: z.string().nullable(),
    alerts: count,
  })
  .meta({ id: 'Suppression' }) satisfies z.ZodType<Suppression>;
export const suppressions = z.array(suppression);
