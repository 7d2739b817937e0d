import { StandardSchemaValidationPipe } from '@nestjs/common';
import { InvalidRequest } from './problem.ts';

/** zod's words, for whoever sent the request. `field` is empty for the whole body. */
function said(message: string, field: string): string {
  if (message === 'Invalid input: expected string, received array') return 'must be given once';
  const kind = /^Invalid input: expected (\w+), received undefined$/.exec(message)?.[1];
  if (kind === undefined) return message;
  return field === '' ? 'send the body as JSON, with the header Content-Type: application/json' : `is missing (${kind})`;
}

/** Checks every parameter that declares a schema; what the schema gives back is what the route gets. */
export function schemaPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new InvalidRequest(
        issues.map((issue) => {
          const field = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
          return { field, message: said(issue.message, field) };
        }),
      ),
  });
}
