import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiNoContentResponse, ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import { errorTable, type ErrorCode } from '@wirecase/contract';
import type { z } from 'zod';

/** Extension that names the media types of an answer beside JSON; `openApiOf` makes answers of them. */
export const otherTypes = 'x-other-types';

interface AnswerOptions {
  status?: number;
  /** Other states with the same shape. */
  also?: Record<number, string>;
  /** Media types that the request may choose instead of JSON. */
  or?: readonly string[];
}

/** One line about the route and the shape of its answer, for the OpenAPI document. */
export function Answers(summary: string, schema: z.ZodType, options: AnswerOptions = {}) {
  return applyDecorators(
    ApiOperation({ summary }),
    ...(options.or ? [ApiExtension(otherTypes, options.or)] : []),
    ApiResponse({ status: options.status ?? 200, description: summary, standardSchema: schema }),
    ...Object.entries(options.also ?? {}).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, standardSchema: schema }),
    ),
  );
}

/** A route that answers 204. */
export function AnswersNothing(summary: string) {
  return applyDecorators(ApiOperation({ summary }), ApiNoContentResponse({ description: summary }));
}

/** A route that streams bytes or text of these media types. */
export function AnswersStream(summary: string, ...mediaTypes: string[]) {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiProduces(...mediaTypes),
    ApiResponse({
      status: 200,
      description: summary,
      content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }])),
    }),
  );
}

/** The problems that a route answers beyond those of every route (400, 401, 403, 503). */
export function Fails(...codes: ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
  return applyDecorators(
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: group.map((code) => `\`${code}\`: ${errorTable[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
}
