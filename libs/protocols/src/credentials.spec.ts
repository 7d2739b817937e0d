import { formatHex } from '@wirecase/contract';
import { hexBytes, joinBytes, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { imap } from './imap/parser.ts';
import { mysql } from './mysql/parser.ts';
import { pop3 } from './pop3/parser.ts';
import { sip } from './sip/parser.ts';
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

  it('reads CRAM-MD5 (RFC 2195) and APOP (RFC 1939), with the answers as programs for guessing take them', () => {
    const asked = btoa('<1896.697170952@postoffice.example.test>');
    const answer = btoa('tim b913a602c7eda7a495b4e6e7334d3890');
    const tim = { kind: 'digest', user: 'tim', success: true, secret: `$cram_md5$${asked}$${answer}` };
    const box = [server('* OK IMAP'), client('a AUTHENTICATE CRAM-MD5'), server(`+ ${asked}`), client(answer), server('a OK in')];
    expect(runProtocol(imap, box, { destinationPort: 143 }).credentials).toEqual([tim]);
    const digest = 'c4c9334bac560ecc979e58001b3e22fb';
    const apop = (greeting: string) => [server(greeting), client(`APOP mrose ${digest}`), server('+OK in')];
    const mrose = { kind: 'digest', user: 'mrose', success: true, secret: `${digest}:<1896.697170952@dbc.mtview.ca.us>` };
    const { credentials, records } = runProtocol(pop3, apop('+OK POP3 ready <1896.697170952@dbc.mtview.ca.us>'), { destinationPort: 110 });
    expect(credentials).toEqual([mrose]);
    expect(JSON.stringify(records)).not.toContain(digest);
    expect(runProtocol(pop3, apop('+OK ready'), { destinationPort: 110 }).credentials).toEqual([{ ...mrose, secret: null }]);
  });

  it('reads digests of SIP, with the method, and their outcome', () => {
    const says = (text: string) => textBytes(text.replaceAll('\n', '\r\n'));
    const response = '0123456789abcdef0123456789abcdef';
    const digest = `Digest username="bob", realm="lab", nonce="n1", uri="sip:lab.test", response="${response}", algorithm=MD5, cnonce="c", qop=auth, nc=00000001`;
    const register = (auth: string) => says(`REGISTER sip:lab.test SIP/2.0\nCall-ID: a\nCSeq: 1 REGISTER\nAuthorization: ${auth}\n\n`);
    const answer = (status: string) => says(`SIP/2.0 ${status}\nCall-ID: a\nCSeq: 1 REGISTER\n\n`);
    const run = (...deliveries: Delivery[]) => runProtocol(sip, deliveries, { transport: 'udp' });
    const bob = {
      kind: 'digest',
      user: 'bob',
      success: true,
      secret: `$sip$***bob*lab*REGISTER*sip*lab.test**n1*c*00000001*auth*MD5*${response}`,
    };
    expect(run([0, register(digest)], [1, answer('200 OK')]).credentials).toEqual([bob]);
    expect(run([0, register(digest)], [1, answer('401 Unauthorized')]).credentials).toEqual([{ ...bob, success: false }]);
    expect(run([0, register(digest)]).credentials).toEqual([{ ...bob, success: null }]);
    const { credentials, records } = run([0, register(digest.replace(response, 'x'))], [1, answer('200 OK')]);
    expect(credentials).toEqual([{ ...bob, secret: null }]);
    expect(JSON.stringify(records)).not.toContain('n1');
  });

  it('reads answers of mysql_native_password, unless another method is asked for', () => {
    const message = (number: number, digits: string) => {
      const bytes = hexBytes(digits);
      return joinBytes(Uint8Array.of(bytes.length, 0, 0, number), bytes);
    };
    const [first, second, proof] = ['11'.repeat(8), '22'.repeat(12), '33'.repeat(20)];
    const greeting = message(0, `0a 352e352e3500 01000000 ${first} 00 ffff 08 0200 ffff 15 ${'00'.repeat(10)} ${second} 00`);
    const login = message(1, `00820000 00000001 21 ${'00'.repeat(23)} 616e6e00 14 ${proof}`);
    const run = (...deliveries: Delivery[]) => runProtocol(mysql, [[1, greeting], [0, login], ...deliveries]).credentials; // prettier-ignore
    const okay = message(2, '00000002000000');
    expect(run([1, okay])).toEqual([{ kind: 'digest', user: 'ann', success: true, secret: `$mysqlna$${first}${second}*${proof}` }]);
    const named = (name: string) => formatHex(textBytes(`${name}\0`));
    const sha2 = '55'.repeat(32);
    const again = message(2, `fe ${named('caching_sha2_password')} ${'66'.repeat(20)} 00`);
    expect(run([1, again], [0, message(3, sha2)], [1, message(4, '0103')], [1, message(5, '00000002000000')])).toEqual([
      { kind: 'digest', user: 'ann', success: true, secret: `$mysqlcs2$${'66'.repeat(20)}*${sha2}` },
    ]);
    // It names its method itself, and the server wants the password: what follows is encrypted by its key.
    const first8 = message(1, `00820800 00000001 21 ${'00'.repeat(23)} 616e6e00 20 ${sha2} ${named('caching_sha2_password')}`);
    const full: Delivery[] = [[1, message(2, '0104')], [0, message(3, '02')], [1, message(4, '01aa')], [0, message(5, '77'.repeat(256))], [1, message(6, 'ff1504')]]; // prettier-ignore
    expect(runProtocol(mysql, [[1, greeting], [0, first8], ...full]).credentials).toEqual([
      { kind: 'digest', user: 'ann', success: false, secret: `$mysqlcs2$${first}${second}*${sha2}` },
    ]);
    expect(run([1, message(2, `fe ${'61'.repeat(20)}00`)], [0, message(3, '44'.repeat(32))], [1, okay])).toEqual([]);
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
    for (const padded of ['YW4=', 'YW4', 'YW4==']) expect(decodeBase64(padded)).toEqual(textBytes('an'));
    expect(decodeBase64('YW5ub')).toBeNull();
    expect(decodeBase64('A'.repeat(10_000))).toBeNull();
  });
});
