import type { FlowContext, ProtocolModule } from '@wirecase/contract';
import { mutants, runProtocol, textBytes, type CarriedFile } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { DotReader } from './dot-reader.ts';
import { formTarget, mailTarget } from './entity.ts';
import { parseParameters } from './parameters.ts';

/** A protocol whose every byte is of one mail or form. */
function carrier(
  open: (context: FlowContext) => { data(bytes: Uint8Array, start: number, end: number): void; end(fault: null): void },
): ProtocolModule {
  return {
    name: 'carrier',
    records: [],
    transports: ['tcp'],
    ports: [],
    probe: () => 'yes',
    create: (context) => {
      const target = open(context);
      return {
        data: (_, bytes, start, end) => {
          target.data(bytes, start, end);
          return true;
        },
        gap: () => true,
        end: () => target.end(null),
      };
    },
  };
}

const mail = carrier((context) => mailTarget(context, 0, null));
const form = carrier((context) =>
  formTarget(context, 0, 'XyZ', context.file({ direction: 0, path: null, mimeType: 'multipart/form-data', size: null })),
);

const filesOf = (module: ProtocolModule, text: string, pieceBytes = 0): CarriedFile[] =>
  runProtocol(module, [[0, textBytes(text)]], { pieceBytes }).files;
const brief = (files: readonly CarriedFile[]) => files.map(({ path, mimeType, text, fault }) => [path, mimeType, text, fault]);

const twoParts = `From: a@example.test\r
Content-Type: multipart/mixed; boundary="b1"\r
\r
preamble\r
--b1\r
Content-Type: text/plain\r
\r
hello\r
--b1\r
Content-Type: application/pdf; name="old.pdf"\r
Content-Disposition: attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.pdf\r
Content-Transfer-Encoding: base64\r
\r
JVBE\r
Ri0x\r
LjA=\r
--b1--\r
epilogue\r
`;

describe('a mail', () => {
  it.each([0, 1, 2, 3, 7])('is a file, and so is what is attached; in pieces of %i', (pieceBytes) => {
    expect(brief(filesOf(mail, twoParts, pieceBytes))).toEqual([
      [null, 'message/rfc822', twoParts, null],
      ['grüße.pdf', 'application/pdf', '%PDF-1.0', null],
    ]);
  });

  it('has attachments within parts of parts, and within mails', () => {
    const inner = `Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\nContent-Type: image/png\r\n\r\nPNG\r\n--inner--\r\n`;
    const forwarded = `Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=f.eml\r\n\r\nSubject: x\r\nContent-Type: image/gif\r\n\r\nGIF`;
    const whole = `Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n${inner}\r\n--outer\r\n${forwarded}\r\n--outer--\r\n`;
    expect(brief(filesOf(mail, whole)).slice(1)).toEqual([
      [null, 'image/png', 'PNG', null],
      ['f.eml', 'message/rfc822', 'Subject: x\r\nContent-Type: image/gif\r\n\r\nGIF', null],
      [null, 'image/gif', 'GIF', null],
    ]);
  });

  it('that is one attachment alone', () => {
    const [, file] = filesOf(mail, 'Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n');
    expect(file).toMatchObject({ mimeType: 'application/zip', text: 'PK\x03\x04', fault: null });
  });

  it('whose last delimiter is not there has a part that is cut off', () => {
    const cut = twoParts.slice(0, twoParts.indexOf('LjA='));
    expect(brief(filesOf(mail, cut))[1]).toEqual(['grüße.pdf', 'application/pdf', '%PDF-1', 'cut-off']);
  });

  it('has its parts with lines that end with LF alone', () => {
    expect(brief(filesOf(mail, twoParts.replaceAll('\r\n', '\n')))[1]).toEqual(['grüße.pdf', 'application/pdf', '%PDF-1.0', null]);
  });

  it.each([
    ['a=3Db =E4=\r\nend  \r\nlast', 'a=b \xe4end\r\nlast'],
    ['no escape: =zz and =', 'no escape: =zz and ='],
    ['blank before the end \t\r\n', 'blank before the end\r\n'],
  ])('has quoted-printable undone: %s', (encoded, text) => {
    const head = 'Content-Type: text/csv; name=x.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n';
    for (const pieceBytes of [0, 1, 3]) expect(filesOf(mail, head + encoded, pieceBytes)[1]).toMatchObject({ path: 'x.csv', text });
  });

  it('of mutants and parts without end comes to an end, and ends every file', () => {
    for (const mutant of mutants(textBytes(twoParts), 2000)) {
      for (const { fault } of runProtocol(mail, [[0, mutant]]).files) expect(fault).not.toBe('open');
    }
    const many = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(3000)}`;
    const { files, weirds } = runProtocol(mail, [[0, textBytes(many)]]);
    expect(files.length).toBeLessThanOrEqual(1000);
    expect(weirds['mime_part_limit']).toBeGreaterThan(0);
  });
});

describe('a form', () => {
  const part = (head: string, content: string) => `--XyZ\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;

  it.each([0, 1, 2, 5])('has files byte by byte, whatever looks like a delimiter; in pieces of %i', (pieceBytes) => {
    const content = '\r\n--Xy\r\n\r\r\n--XyA\n--\r';
    const body = `${part('name="a"', 'a field')}${part('name="f"; filename="C:\\dir\\x.bin"', content)}${part('name="e"; filename=""', '')}--XyZ--\r\n`;
    expect(brief(filesOf(form, body, pieceBytes))).toEqual([
      [null, 'multipart/form-data', body, null],
      ['C:\\dir\\x.bin', null, content, null],
      [null, null, '', null],
    ]);
  });
});

it.each<[string, string | undefined]>([
  ['attachment; filename=plain.txt', 'plain.txt'],
  ['attachment; filename="with \\"quotes\\"; and more.txt"', 'with "quotes"; and more.txt'],
  ['attachment; filename="=?utf-8?B?w6Qub2R0?="', 'ä.odt'],
  ["attachment; filename=a.txt; filename*=utf-8''%c3%a4.txt", 'ä.txt'],
  ["attachment; filename*=iso-8859-1''%e4.txt", 'ä.txt'],
  ["attachment; filename*0*=utf-8''%c3%a4; filename*1=b; filename*2=.txt", 'äb.txt'],
  ['attachment; filename*1=b; filename*0=a', 'ab'],
  ["attachment; filename*=nonsense''x", 'x'],
  ['attachment', undefined],
])('the file name of %s is %s', (field, name) => expect(parseParameters(field).parameters.get('filename')).toBe(name));

describe('text that ends with a point', () => {
  const read = (text: string, pieceBytes: number) => {
    let given = '';
    let fault: string | null = 'open';
    const reader = new DotReader({
      data: (bytes, start, end) => (given += Buffer.from(bytes.subarray(start, end)).toString('latin1')),
      gap: () => undefined,
      end: (why) => (fault = why),
    });
    const bytes = textBytes(text);
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.data(bytes, at, Math.min(bytes.length, at + pieceBytes));
    reader.end();
    return [given, fault];
  };
  it.each([
    ['a\r\nb\r\n.\r\n', 'a\r\nb\r\n', null],
    ['..a\r\n.b\r\n.\r\nnot this', '.a\r\nb\r\n', null],
    ['.\r\n', '', null],
    ['a.\r\nb.c\r\n.\n', 'a.\r\nb.c\r\n', null],
    ['a\r\n.\rb\r\n', 'a\r\n\rb\r\n', 'cut-off'],
    ['a\r\n', 'a\r\n', 'cut-off'],
  ])('%j is %j', (text, expected, fault) => {
    for (const pieceBytes of [1, 2, 100]) expect(read(text, pieceBytes)).toEqual([expected, fault]);
  });
});
