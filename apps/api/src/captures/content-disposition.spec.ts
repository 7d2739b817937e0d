import { expect, test } from 'vitest';
import { contentDisposition } from './content-disposition.ts';

test.each([
  ['x.pcap', 'attachment; filename="x.pcap"'],
  ['say "hi".pcap', `attachment; filename="say _hi_.pcap"; filename*=UTF-8''say%20%22hi%22.pcap`],
  ['müll.pcap', `attachment; filename="m_ll.pcap"; filename*=UTF-8''m%C3%BCll.pcap`],
  ['a\r\nSet-Cookie: x', `attachment; filename="a__Set-Cookie: x"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x`],
])('the header for %j names the file and nothing else', (name, expected) => {
  expect(contentDisposition(name)).toBe(expected);
});
