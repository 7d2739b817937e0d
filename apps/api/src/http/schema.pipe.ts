import { StandardSchemaValidationPipe } from '@nestjs/common';
import { InvalidRequest } from './problem.ts';

/** What zod says of a body that was not read, and of a parameter that is there twice, for whoever sent it. */
const said: Readonly<Record<string, string>> = {
  'Invalid input: expected object, received undefined': 'send the body as JSON, with the header Content-Type: application/json',
  'Invalid input: expected string, received array': 'must be given once',
};

/** Checks every parameter that declares a schema; what the schema gives back is what the route gets. */
export function schemaPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new InvalidRequest(
        issues.map((issue) => ({
          field: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
          message: said[issue.message] ?? issue.message,
        })),
      ),
  });
}
