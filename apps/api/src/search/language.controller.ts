import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WirecaseError, storedType, type FieldInfo, type RecordType } from '@wirecase/contract';
import { compile, complete, type Completion } from '@wirecase/query';
import { servedCatalogue } from '@wirecase/store';
import { z } from 'zod';
import { Answers } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { completeQueryRequest, validateQueryRequest } from '../schemas/requests.ts';
import { fieldInfos } from '../schemas/responses.ts';

const queryError = z.object({ code: z.string(), title: z.string(), detail: z.string(), position: z.int().nullable() });
const validation = z
  .object({ valid: z.boolean(), error: queryError.nullable(), warnings: z.array(z.string()) })
  .meta({ id: 'QueryValidation' });
const completion = z
  .object({ from: z.int(), to: z.int(), suggestions: z.array(z.object({ text: z.string(), doc: z.string() })) })
  .meta({ id: 'QueryCompletion' });

/** What the search language knows: for the query bar, and for scripts that write queries. */
@ApiTags('Search language')
@Controller()
export class LanguageController {
  @Get('fields')
  @Permit('read:flows')
  @Answers('Every field of every record, with the other names that queries accept', fieldInfos)
  fields(): FieldInfo[] {
    return servedCatalogue.flatMap((type) =>
      Object.values(storedType(type).fields).map(({ name, label, kind, doc, aliases }) => ({
        record: type.name,
        name,
        label,
        kind,
        doc,
        aliases: [...aliases],
      })),
    );
  }

  @Post('query/validate')
  @Permit('read:flows')
  @HttpCode(200)
  @Answers('Whether a query can be read, and where it cannot', validation)
  validate(@Body({ schema: validateQueryRequest }) { record, q }: z.output<typeof validateQueryRequest>): z.output<typeof validation> {
    try {
      return { valid: true, error: null, warnings: compile(q, { record: typeOf(record), catalogue: servedCatalogue }).warnings };
    } catch (error) {
      // A query that cannot be read is what was asked about; anything else is not.
      if (!(error instanceof WirecaseError) || !error.code.startsWith('query.')) throw error;
      const { code, title, message, position } = error;
      return { valid: false, error: { code, title, detail: message, position }, warnings: [] };
    }
  }

  @Post('query/complete')
  @Permit('read:flows')
  @HttpCode(200)
  @Answers('What may be written at the cursor', completion)
  complete(@Body({ schema: completeQueryRequest }) { record, q, position }: z.output<typeof completeQueryRequest>): Completion {
    return complete(q, Math.min(position, q.length), { record: typeOf(record), catalogue: servedCatalogue });
  }
}

function typeOf(name: string): RecordType {
  const type = servedCatalogue.find((each) => each.name === name);
  if (!type) throw new WirecaseError('request.invalid', `record: there are ${servedCatalogue.map((each) => each.name).join(', ')}.`);
  return type;
}
