import { describe, expect, it } from 'vitest';
import { field, optional } from './field.ts';
import { rowToJson, rowToLine } from './json.ts';
import { coreRecord } from './record-type.ts';

const type = coreRecord('sample', 'Samples', 'Every kind of value.', {
  time: field('@timestamp', 'time', ''),
  sourceIp: field('source.ip', 'ip', ''),
  sourcePort: optional('source.port', 'port', ''),
  duration: field('event.duration', 'duration', ''),
  packets: field('source.packets', 'count', ''),
  name: optional('wirecase.sample.name', 'text', ''),
  answers: field('dns.answers', 'ips', ''),
  tags: field('tags', 'keywords', ''),
  ratio: field('wirecase.sample.ratio', 'float', ''),
  evidence: optional('wirecase.sample.evidence', 'json', ''),
});
const row = {
  time: 1_714_557_600_123_456_789n,
  sourceIp: Uint8Array.of(10, 0, 0, 1),
  sourcePort: null,
  duration: 1_500n,
  packets: 2 ** 40,
  name: 'quote " and \u001b',
  answers: [Uint8Array.of(1, 2, 3, 4), new Uint8Array(16)],
  tags: ['a'],
  ratio: 0.5,
  evidence: { packets: [1, 2] },
};
const expected = {
  '@timestamp': '2024-05-01T10:00:00.123456789Z',
  source: { ip: '10.0.0.1', packets: 2 ** 40 },
  event: { duration: 1500 },
  wirecase: { sample: { name: 'quote " and \u001b', ratio: 0.5, evidence: { packets: [1, 2] } } },
  dns: { answers: ['1.2.3.4', '::'] },
  tags: ['a'],
};

describe('rows as JSON', () => {
  it('nests dotted names, writes addresses and times as text and leaves absent values out', () => {
    expect(rowToJson(type, row)).toEqual(expected);
  });

  it('writes the same object as a line with "record" first', () => {
    const line = rowToLine(type, row);
    expect(line.startsWith('{"record":"sample",')).toBe(true);
    expect(JSON.parse(line)).toEqual({ record: 'sample', ...expected });
  });

  it('leaves out a group none of whose fields has a value', () => {
    const optionalOnly = coreRecord('empty', '', '', { name: optional('a.b.c', 'text', '') });
    expect(rowToJson(optionalOnly, { name: null })).toEqual({});
    expect(rowToLine(optionalOnly, { name: null })).toBe('{"record":"empty"}');
  });

  it('refuses a catalogue in which one name lies below another', () => {
    const clash = coreRecord('clash', '', '', { a: field('a', 'text', ''), b: field('a.b', 'text', '') });
    expect(() => rowToLine(clash, { a: '', b: '' })).toThrow('a.b');
  });
});
