import { hexBytes, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { imap } from './imap/parser.ts';
import { pop3 } from './pop3/parser.ts';
import { smtp } from './smtp/parser.ts';
import { decodeBase64 } from './common/sasl.ts';

const client = (text: string): Delivery => [0, textBytes(`${text}\r\n`)];
const server = (text: string): Delivery => [1, textBytes(`${text}\r\n`)];
const ann = { kind: 'password', user: 'ann', success: true, secret: 'secret' };
const plain = btoa('\0ann\0secret');

describe('credentials of lines', () => {
  it('reads PLAIN, with the command and behind it', () => {
    const mail = [server('220 mail'), client(`AUTH PLAIN ${plain}`), server('235 in')];
    expect(runProtocol(smtp, mail).credentials).toEqual([ann]);
    const post = [server('+OK POP3'), client('AUTH PLAIN'), server('+ '), client(plain), server('+OK in')];
    expect(runProtocol(pop3, post, { destinationPort: 110 }).credentials).toEqual([ann]);
    const box = [server('* OK IMAP'), client('a AUTHENTICATE PLAIN'), server('+ '), client(plain), server('a OK in')];
    expect(runProtocol(imap, box, { destinationPort: 143 }).credentials).toEqual([ann]);
  });

  it('reads LOGIN, and says when a part is missing', () => {
    const login = [server('220 mail'), client('AUTH LOGIN'), server('334 VXNlcg=='), client(btoa('ann'))];
    const whole = [...login, server('334 UGFzcw=='), client(btoa('secret')), server('535 no')];
    expect(runProtocol(smtp, whole).credentials).toEqual([{ ...ann, success: false }]);
    expect(runProtocol(smtp, [...login, server('535 no')]).credentials).toEqual([{ ...ann, success: false, secret: null }]);
  });

  it('reads passwords of POP3 and IMAP commands, and keeps all of them from rows', () => {
    const post = runProtocol(pop3, [server('+OK'), client('USER ann'), server('+OK'), client('PASS secret'), server('-ERR no')]);
    const box = runProtocol(imap, [server('* OK IMAP'), client('a LOGIN ann "secret"'), server('a OK in')]);
    expect(post.credentials).toEqual([{ ...ann, success: false }]);
    expect(box.credentials).toEqual([ann]);
    expect(JSON.stringify([post.records, post.logins, box.records, box.logins])).not.toContain('secret');
  });

  it('reads NTLM, with the answer as programs for guessing take it', () => {
    const base64 = (hex: string) => btoa(String.fromCharCode(...hexBytes(hex)));
    const signature = '4e544c4d53535000';
    const challenge = base64(`${signature} 02000000 00000000 00000000 01020000 0123456789abcdef 0000000000000000`);
    const le16 = (value: number) => `${(value & 255).toString(16).padStart(2, '0')}${(value >> 8).toString(16).padStart(2, '0')}`;
    const part = (length: number, at: number) => `${le16(length)}${le16(length)}${le16(at)}0000`;
    const proof = '11'.repeat(16);
    const rest = '22'.repeat(20);
    // LM, NT, domain, user, host, session key; flags without Unicode.
    const answer = base64(
      `${signature} 03000000 ${part(0, 64)} ${part(36, 64)} ${part(3, 100)} ${part(3, 103)} ${part(0, 106)} ${part(0, 106)} 00000000 ${proof} ${rest} 444f4d 616e6e`,
    );
    const begin = base64(`${signature} 01000000 00000000`);
    const { credentials, records } = runProtocol(smtp, [
      server('220 mail'),
      client(`AUTH NTLM ${begin}`),
      server(`334 ${challenge}`),
      client(answer),
      server('235 in'),
    ]);
    expect(records).toMatchObject([{ record: 'ntlm', carrier: 'smtp', user: 'ann', domain: 'DOM', success: true }, { record: 'smtp' }]);
    expect(credentials).toEqual([
      { kind: 'ntlmv2', user: 'DOM\\ann', success: true, secret: `ann::DOM:0123456789abcdef:${proof}:${rest}` },
    ]);
  });

  it('takes what is no base64 for nothing', () => {
    expect(decodeBase64('*')).toBeNull();
    expect(decodeBase64('YW5')).toEqual(textBytes('an'));
    expect(decodeBase64('YW5ub')).toBeNull();
    expect(decodeBase64('A'.repeat(10_000))).toBeNull();
  });
});
