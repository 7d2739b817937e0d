/** Requests of CIP and their answers (volume 1, 2-4, little-endian), with those that are packed in others (volume 1, A-4.10, 3-5.5.4). */
import { read16Le } from '../common/binary.ts';
import { decodeText, rowText } from '../common/text.ts';

/** Requests packed in one, and in those: all of them together, and how deep. */
const MAX_PACKED = 128;
const MAX_DEPTH = 3;
const MAX_NAME_CHARACTERS = 256;
const ANSWER = 0x80;
const MULTIPLE_SERVICE_PACKET = 0x0a;
const UNCONNECTED_SEND = 0x52;
const CONNECTION_MANAGER = 6;

const services = new Map([
  [0x01, 'get_attributes_all'],
  [0x02, 'set_attributes_all'],
  [0x03, 'get_attribute_list'],
  [0x04, 'set_attribute_list'],
  [0x05, 'reset'],
  [0x06, 'start'],
  [0x07, 'stop'],
  [0x08, 'create'],
  [0x09, 'delete'],
  [MULTIPLE_SERVICE_PACKET, 'multiple_service_packet'],
  [0x0e, 'get_attribute_single'],
  [0x10, 'set_attribute_single'],
  [0x4b, 'execute_pccc'],
  [0x4c, 'read_tag'],
  [0x4d, 'write_tag'],
  [0x4e, 'read_modify_write_tag'],
  [0x52, 'read_tag_fragmented'],
  [0x53, 'write_tag_fragmented'],
  [0x55, 'get_instance_attribute_list'],
]);
/** Numbers from 0x4b on are each class's own. */
const managerServices = new Map([
  [0x4e, 'forward_close'],
  [UNCONNECTED_SEND, 'unconnected_send'],
  [0x54, 'forward_open'],
  [0x5b, 'large_forward_open'],
]);

export interface CipRequest {
  service: string | null;
  cipClass: number | null;
  cipInstance: number | null;
  tag: string | null;
  cipStatus: number | null;
  /** Those that are packed in it. */
  readonly packed: CipRequest[];
}

export const noRequest = (): CipRequest => ({ service: null, cipClass: null, cipInstance: null, tag: null, cipStatus: null, packed: [] });

/** The request, then those in it, in their order. */
export function* unpacked(request: CipRequest): Generator<CipRequest> {
  yield request;
  for (const inner of request.packed) yield* unpacked(inner);
}

/** The request in `bytes[start, end)`; nothing of it is known when that is none. */
export function readRequest(bytes: Uint8Array, start: number, end: number): CipRequest {
  return requestOf(bytes, start, end, { left: MAX_PACKED }, MAX_DEPTH);
}

/** Takes the status out of an answer, and those out of the answers in it. */
export function takeAnswer(request: CipRequest, bytes: Uint8Array, start: number, end: number): void {
  answerOf(request, bytes, start, end, { left: MAX_PACKED }, MAX_DEPTH);
}

interface Budget {
  left: number;
}

/** Service, size of the path in words, path, data. */
function requestOf(bytes: Uint8Array, start: number, end: number, budget: Budget, depth: number): CipRequest {
  const request = noRequest();
  if (end - start < 2 || bytes[start]! & ANSWER) return request;
  const data = Math.min(end, start + 2 + 2 * bytes[start + 1]!);
  readPath(request, bytes, start + 2, data);
  const service = bytes[start]!;
  request.service = serviceName(service, request.cipClass);
  const take = (from: number, to: number) => {
    if (depth > 0 && budget.left-- > 0) request.packed.push(requestOf(bytes, from, to, budget, depth - 1));
  };
  if (service === MULTIPLE_SERVICE_PACKET) eachPacked(bytes, data, end, take);
  // Time-out, size of the request, request, the route to whom it is for.
  else if (request.service === 'unconnected_send' && data + 4 <= end) take(data + 4, Math.min(end, data + 4 + read16Le(bytes, data + 2)));
  return request;
}

/** Service, a zero, general status, size of what more it says in words, data. */
function answerOf(request: CipRequest, bytes: Uint8Array, start: number, end: number, budget: Budget, depth: number): void {
  if (end - start < 4 || (bytes[start]! & ANSWER) === 0) return;
  const service = bytes[start]! & ~ANSWER;
  request.service ??= serviceName(service, managerServices.has(service) && service !== UNCONNECTED_SEND ? CONNECTION_MANAGER : null);
  request.cipStatus = bytes[start + 2]!;
  // What was sent on is answered by whom it was for; a router that could not answers itself.
  if (request.service === 'unconnected_send' && service !== UNCONNECTED_SEND && request.packed[0])
    return answerOf(request.packed[0], bytes, start, end, budget, depth - 1);
  if (service !== MULTIPLE_SERVICE_PACKET) return;
  let index = 0;
  eachPacked(bytes, start + 4 + 2 * bytes[start + 3]!, end, (from, to) => {
    if (depth <= 0 || budget.left-- <= 0) return;
    answerOf((request.packed[index++] ??= noRequest()), bytes, from, to, budget, depth - 1);
  });
}

/** A multiple service packet: their number, where each begins, from here; they follow one another. */
function eachPacked(bytes: Uint8Array, start: number, end: number, take: (from: number, to: number) => void): void {
  if (start + 2 > end) return;
  const count = Math.min(MAX_PACKED, read16Le(bytes, start));
  if (start + 2 + 2 * count > end) return;
  for (let i = 0; i < count; i++) {
    const from = start + read16Le(bytes, start + 2 + 2 * i);
    const to = i + 1 < count ? start + read16Le(bytes, start + 4 + 2 * i) : end;
    if (from > to || to > end) return;
    take(from, to);
  }
}

/** Logical segments and names (volume 1, C-1.4). */
function readPath(request: CipRequest, bytes: Uint8Array, start: number, end: number): void {
  let offset = start;
  while (offset + 2 <= end) {
    const segment = bytes[offset]!;
    if (segment === 0x20) request.cipClass ??= bytes[offset + 1]!;
    else if (segment === 0x21 && offset + 4 <= end) request.cipClass ??= read16Le(bytes, offset + 2);
    else if (segment === 0x24) request.cipInstance ??= bytes[offset + 1]!;
    else if (segment === 0x25 && offset + 4 <= end) request.cipInstance ??= read16Le(bytes, offset + 2);
    else if (segment === 0x91) {
      const length = bytes[offset + 1]!;
      const name = decodeText(bytes, offset + 2, Math.min(end, offset + 2 + length));
      request.tag = rowText(request.tag === null ? name : `${request.tag}.${name}`, MAX_NAME_CHARACTERS);
      offset += 2 + length + (length & 1);
      continue;
    } else if (segment !== 0x28 && segment !== 0x30 && segment !== 0x29 && segment !== 0x31) return;
    offset += segment & 1 ? 4 : 2;
  }
}

function serviceName(service: number, cipClass: number | null): string {
  const own = cipClass === CONNECTION_MANAGER ? managerServices.get(service) : undefined;
  return own ?? services.get(service) ?? `0x${service.toString(16).padStart(2, '0')}`;
}
