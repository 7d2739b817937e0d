import { eveSignatureId } from '@wirecase/contract';
import { expect, it } from 'vitest';
import { registry } from './index.ts';

it('has one rule by each id, and by each number that EVE has for it', () => {
  const ids = registry.map(({ rule }) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map(eveSignatureId)).size).toBe(ids.length);
});
