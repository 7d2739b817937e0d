import { field, optional, recordType } from '@wirecase/contract';
import { expect, test } from 'vitest';
import { csvHeader, csvLine } from './csv.ts';

const note = recordType('note', 'Notes', 'A test record.', {
  words: field('note.words', 'text', 'Free text.'),
  delta: optional('note.delta', 'integer', 'A number.'),
  list: field('note.list', 'keywords', 'A list.'),
});

const row = {
  id: '00000000-0000-0000-0000-000000000001',
  flowId: '00000000-0000-0000-0000-000000000002',
  packet: 3,
  time: 1n,
  sourceIp: Uint8Array.of(192, 0, 2, 1),
  sourcePort: 53,
  destinationIp: Uint8Array.of(192, 0, 2, 2),
  destinationPort: null,
  words: '',
  delta: null,
  list: [] as string[],
};

/** The cells of `note.words`, `note.delta` and `note.list` as they are written. */
function lastCells(own: { words?: string; delta?: number; list?: string[] }): string {
  const line = csvLine(note, { ...row, ...own } as never);
  return line.split(',192.0.2.2,,')[1]!;
}

test('the header carries the dotted names', () => {
  expect(csvHeader(note)).toBe(
    "wirecase.record.id,wirecase.flow.id,wirecase.packet.number,'@timestamp,source.ip,source.port,destination.ip,destination.port,note.words,note.delta,note.list\r\n",
  );
});

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+cmd', "'+cmd"],
  ['-2+3', "'-2+3"],
  ['-5', "'-5"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', `"'\rx"`],
  ['\nx', `"'\nx"`],
  ['  =1+1', "'  =1+1"],
  ['＝1+1', "'＝1+1"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['plain', 'plain'],
])('%j is written as %j', (words, expected) => {
  expect(lastCells({ words })).toBe(`${expected},,\r\n`);
});

test('a negative number stays a number', () => {
  expect(lastCells({ delta: -5 })).toBe(',-5,\r\n');
});

test('a list has a semicolon between its values', () => {
  expect(lastCells({ list: ['dns', 'tls'] })).toBe(',,dns; tls\r\n');
});
