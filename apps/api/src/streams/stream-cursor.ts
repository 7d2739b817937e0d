import { WirecaseError } from '@wirecase/contract';
import { beginning, type FollowPlace } from '@wirecase/engine';
import { streamCursor } from './schemas.ts';

/** Where the next page of the flow's stream begins, as text for the client. */
export function cursorAt(flowId: string, place: FollowPlace): string {
  return Buffer.from(JSON.stringify({ flow: flowId, ...place })).toString('base64url');
}

/** The inverse; the stream's beginning without a cursor. Throws `request.invalid`. */
export function placeOf(flowId: string, cursor: string | undefined): FollowPlace {
  if (cursor === undefined) return beginning;
  try {
    const { flow, ...place } = streamCursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (flow === flowId) return place;
  } catch {
    // Not base64url of such JSON: the same as a cursor of another stream.
  }
  throw new WirecaseError('request.invalid', 'cursor: it does not belong to this stream. Take nextCursor of the page before.');
}
