import { describe, expect, it } from 'vitest';
import type { PdmlNode } from './pdml.ts';
import { frameFieldsOf, renumbered, renumberedInfo } from './renumber.ts';

/** The slice has packets 5, 80, 81 and 200 of the capture; the last is shown. */
const numbers = [5, 80, 81, 200];
const frameFields = new Set(['tcp.analysis.acks_frame', 'tcp.segment']);
const node = (name: string, label: string, value = '', children: PdmlNode[] = []): PdmlNode => ({
  ...{ name, label, value, position: 0, size: 0, hex: '', children },
});
const labels = ({ label, value, children }: PdmlNode): unknown[] => [label, value, ...children.flatMap(labels)];
const renumberedLabels = (each: PdmlNode): unknown[] => labels(renumbered(each, 200, numbers, frameFields));

describe('numbers of packets', () => {
  it('are those of the capture for the packet itself', () => {
    const frame = node('frame', 'Frame 4: 60 bytes on wire', '', [node('frame.number', 'Frame Number: 4', '4')]);
    expect(renumberedLabels(frame)).toEqual(['Frame 200: 60 bytes on wire', '', 'Frame Number: 200', '200']);
  });

  it('and for those that it speaks of', () => {
    const acks = node('tcp.analysis.acks_frame', 'This is an ACK to the segment in frame: 2', '2');
    expect(renumberedLabels(acks)).toEqual(['This is an ACK to the segment in frame: 80', '80']);
    const segments = node('tcp.segments', '2 Reassembled TCP Segments (29 bytes): #2(20), #4(9)', '', [
      node('tcp.segment', 'Frame: 2, payload: 0-19 (20 bytes)', '2'),
    ]);
    expect(renumberedLabels(segments)).toEqual([
      ...['2 Reassembled TCP Segments (29 bytes): #80(20), #200(9)', ''],
      ...['Frame: 80, payload: 0-19 (20 bytes)', '80'],
    ]);
  });

  it.each([
    ['another field', node('tcp.stream', 'Stream index: 2', '2')],
    ['text that looks like a list', node('http.request.uri', 'Request URI: /#2(20)', '/#2(20)')],
    ['a packet that the slice does not have', node('tcp.analysis.acks_frame', 'in frame: 9', '9')],
  ])('are left as they are in %s', (_what, each) => {
    expect(renumberedLabels(each)).toEqual([each.label, each.value]);
  });

  it.each([
    ['[TCP Dup ACK 2#1] 80 > 40001 [ACK]', '[TCP Dup ACK 80#1] 80 > 40001 [ACK]'],
    ['[TCP Window Full] [TCP Dup ACK 2#1] 80', '[TCP Window Full] [TCP Dup ACK 80#1] 80'],
    ['Fragmented IP protocol (off=0) [Reassembled in #3]', 'Fragmented IP protocol (off=0) [Reassembled in #81]'],
    ['GET /[Reassembled in #3] HTTP/1.1', 'GET /[Reassembled in #3] HTTP/1.1'],
    ['GET /[TCP Dup ACK 2#1] HTTP/1.1', 'GET /[TCP Dup ACK 2#1] HTTP/1.1'],
  ])('in the column Info: %s', (told, expected) => {
    expect(renumberedInfo(told, numbers)).toBe(expected);
  });

  it('are in the fields that tshark lists as such', () => {
    const listing =
      'P\tTCP\ttcp\nF\tResponse in\tdns.response_in\tFT_FRAMENUM\tdns\tBASE_NONE\t0x0\t\nF\tPort\ttcp.port\tFT_UINT16\ttcp\t\n';
    expect([...frameFieldsOf(listing)]).toEqual(['dns.response_in']);
  });
});
