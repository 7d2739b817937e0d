import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { errorTable, type ErrorCode } from '@wirecase/contract';
import { z } from 'zod';
import { otherTypes } from './http/answers.ts';
import { problem } from './schemas/responses.ts';

/** The OpenAPI 3.1 document: routes from the controllers, shapes from the zod schemas. Shapes with an id become components. */
export function openApiOf(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Wirecase')
    .setDescription(
      'Offline PCAP forensic analysis. Times are RFC 3339 UTC with nine digits, byte counts numbers, ids text; errors are problem details (RFC 9457) with a stable `code`. ' +
        'Log in by cookie (browser) or send `Authorization: Bearer wck_…`. `x-permission` names what a route needs.',
    )
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'wck_…' }, 'key')
    .addCookieAuth('wirecase_session', { type: 'apiKey', in: 'cookie' }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    standardSchemaConverter: convert,
  });
  // Error answers refer to it by name.
  const schemas = (document.components!.schemas ??= {});
  schemas['Problem'] = convert(problem, { schemaType: 'output' })!.components['Problem'] as (typeof schemas)[string];
  for (const methods of Object.values(document.paths)) for (const operation of Object.values(methods)) complete(operation as Operation);
  return document;
}

interface Operation {
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, { description: string; content?: Record<string, object> }>;
  'x-permission'?: string;
  [otherTypes]?: readonly string[];
}

/** What every route of its kind may answer, and the media types that may be asked for. */
function complete(operation: Operation): void {
  const { parameters, requestBody, responses, 'x-permission': permission, [otherTypes]: types } = operation;
  const fails: ErrorCode[] = [];
  if (parameters?.length || requestBody) fails.push('request.invalid');
  if (permission !== 'public') fails.push('auth.required', 'storage.unavailable');
  if (permission !== 'public' && permission !== 'session') fails.push('auth.forbidden');
  for (const code of fails) {
    const { status, title } = errorTable[code];
    const text = `\`${code}\`: ${title}`;
    const known = responses[status];
    if (known) known.description += known.description.includes(text) ? '' : `; ${text}`;
    else
      responses[status] = {
        description: text,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      };
  }
  for (const type of types ?? []) responses['200']!.content![type] = { schema: { type: 'string' } };
  delete operation[otherTypes];
}

/** JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */
function convert(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) {
  if (!(schema instanceof z.ZodType)) return undefined;
  const {
    $defs,
    $schema: _dialect,
    ...rest
  } = z.toJSONSchema(schema, { io: schemaType, unrepresentable: 'any' }) as Record<string, unknown>;
  // A schema with an id comes as itself: make it a component and refer to that.
  const { id, ...shape } = rest as { id?: string };
  const components = { ...($defs as Record<string, unknown> | undefined), ...(id !== undefined && { [id]: shape }) };
  return { schema: id === undefined ? shape : { $ref: `#/components/schemas/${id}` }, components };
}
