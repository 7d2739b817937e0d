/** What a body of HTTP is as a file: its name and type, how it is packed; the files in a form (RFC 7578). */
import type { ByteTarget, ContentCoding, Direction, FileFault, FileTarget, FlowContext } from '@wirecase/contract';
import type { BodyFraming } from './body.ts';
import { formTarget } from '../common/entity.ts';
import { rowText } from '../common/text.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { portOf, urlOf } from './url.ts';

const codings: ReadonlySet<string> = new Set<ContentCoding>(['gzip', 'deflate', 'br', 'zstd']);
const MAX_PATH_CHARACTERS = 4096;

/** Where the content of a body goes: `response`, or else `request`, is the message that has it. */
export function bodyFile(
  context: FlowContext,
  direction: Direction,
  request: RequestHead | null,
  response: ResponseHead | null,
  body: BodyFraming,
): ByteTarget | null {
  const head = response ?? request;
  if (!head) return null;
  const [coding, ...others] = head.codings;
  const isKnown = coding === undefined || (others.length === 0 && codings.has(coding));
  const file = context.file({
    direction,
    path: pathOf(context, request, response, head.filename),
    mimeType: head.mimeType,
    size: coding === undefined && typeof body === 'number' ? body : null,
    coding: coding !== undefined && isKnown ? (coding as ContentCoding) : null,
  });
  if (head.mimeType === 'multipart/form-data' && head.boundary && coding === undefined)
    return formTarget(context, direction, head.boundary, file);
  return isKnown ? file : new Undecodable(file);
}

/** A name that was given; else the address of what was got or put. What is posted has no name. */
function pathOf(context: FlowContext, request: RequestHead | null, response: ResponseHead | null, filename: string | null): string | null {
  if (filename !== null) return filename;
  if (!request || (!response && request.method === 'POST')) return null;
  const { domain, path } = urlOf(request.method, request.target, request.host, portOf(context));
  return path === null ? null : rowText(`${domain ?? ''}${decoded(path)}`, MAX_PATH_CHARACTERS);
}

/** `%C3%A4` -> `ä`; as it is where that gives no text. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // URIError: the escapes are no UTF-8.
    return path;
  }
}

/** A body in an encoding that is not known: kept as it came. */
class Undecodable implements ByteTarget {
  private readonly file: FileTarget;

  constructor(file: FileTarget) {
    this.file = file;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.file.data(bytes, start, end);
  }

  gap(missing: number): void {
    this.file.gap(missing);
  }

  end(fault: FileFault | null): void {
    this.file.end(fault ?? 'undecodable');
  }
}
