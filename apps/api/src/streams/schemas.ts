/** Requests and answers about streams, as zod schemas. */
import { streamFormats, streamPageBytes, streamSides, type StreamPage, type StreamSegment } from '@wirecase/contract';
import { z } from 'zod';
import { cursor, integer } from '../schemas/requests.ts';
import { count, time } from '../schemas/responses.ts';

export const streamQuery = z
  .strictObject({
    side: z
      .enum(streamSides)
      .default('both')
      .meta({ description: '`client`: what the side said that began the flow (source); `server`: the other.' }),
    format: z.enum(streamFormats).default('json').meta({
      description:
        '`json`: a page of segments. The others are the whole stream as a download: `raw` its bytes (missing ones are left out), `text` UTF-8 with other controls made visible, `>` before lines of the client, `<` of the server and `!` of gaps; `hex` a dump, the server indented.',
    }),
    limit: integer(1, streamPageBytes.most)
      .optional()
      .meta({ description: `Bytes of a page of JSON, usually ${streamPageBytes.usual}. The packet that fills it is told wholly.` }),
    cursor,
  })
  .refine(({ format, limit, cursor }) => format === 'json' || (limit === undefined && cursor === undefined), {
    message: 'limit and cursor are of format=json; the others give the whole stream',
    path: ['format'],
  });
export type StreamQuery = z.output<typeof streamQuery>;

const streamSegment = z
  .object({
    direction: z.enum(['source', 'destination']),
    packet: count.meta({ description: 'Number in the capture; of a gap the packet that showed it.' }),
    time,
    offset: count.meta({ description: 'Position in all that this direction said, gaps counted.' }),
    length: count.meta({ description: 'Bytes; of a gap 0 when nobody knows how many.' }),
    bytes: z.string().nullable().meta({ contentEncoding: 'base64', description: 'null for a gap.' }),
    gap: z
      .enum(['missing', 'cut'])
      .nullable()
      .meta({ description: '`missing`: no packet has them. `cut`: the packet was captured without its end.' }),
  })
  .meta({ id: 'StreamSegment' }) satisfies z.ZodType<StreamSegment>;

export const streamPage = z
  .object({
    kind: z
      .enum(['stream', 'datagrams'])
      .meta({ description: '`stream`: the bytes of a TCP connection in order. `datagrams`: what each packet carries.' }),
    items: z.array(streamSegment),
    nextCursor: z.string().nullable(),
    reached: z
      .enum(['bytes', 'packets'])
      .nullable()
      .meta({ description: "What ended the page before the stream's end: the bytes asked for, or the packets that one page reads." }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'StreamPage' }) satisfies z.ZodType<StreamPage>;

const packet = z.int().min(0);
const int32 = z.int32();
const sidePlace = z.strictObject({
  next: int32.nullable(),
  isBegun: z.boolean(),
  said: packet,
  acked: int32.nullable(),
  fin: int32.nullable(),
});
/** What `nextCursor` holds: it comes back from a client. */
export const streamCursor = z.strictObject({
  flow: z.string(),
  from: packet,
  last: z.strictObject({ packet, seconds: z.int(), nanos: z.int().min(0).max(999_999_999) }),
  sides: z.tuple([sidePlace, sidePlace]),
});
