import { StandardSchemaValidationPipe } from '@nestjs/common';
import { InvalidRequest } from './problem.ts';

/** Checks every parameter that declares a schema; what the schema gives back is what the route gets. */
export function schemaPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new InvalidRequest(
        issues.map((issue) => ({
          field: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
          message: issue.message,
        })),
      ),
  });
}
