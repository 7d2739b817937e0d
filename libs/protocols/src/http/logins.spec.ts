import { hexBytes, joinBytes, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { http } from './parser.ts';

const request = (line: string, ...headers: string[]): Uint8Array => textBytes([line, ...headers, '', ''].join('\r\n'));

const ok = request('HTTP/1.1 200 OK', 'Content-Length: 0');

describe('logins of http', () => {
  it('reads NTLM, whose answer a refusal asked for', () => {
    const signature = '4e544c4d53535000';
    const base64 = (hex: string) => btoa(String.fromCharCode(...hexBytes(hex)));
    const challenge = base64(`${signature} 02000000 00000000 00000000 01020000 0123456789abcdef 0000000000000000`);
    // LM, NT, domain, user, host, session key; flags without Unicode.
    const answer = base64(
      `${signature} 03000000 0000000040000000 2400240040000000 0300030064000000 0300030067000000 000000006a000000 000000006a000000 00000000 ${'11'.repeat(36)} 444f4d 616e6e`,
    );
    const asked = (token: string): Delivery => [0, request('GET / HTTP/1.1', 'Host: a', `Authorization: NTLM ${token}`)];
    const refused: Delivery = [1, request('HTTP/1.1 401 No', `WWW-Authenticate: NTLM ${challenge}`, 'Content-Length: 0')];
    const begin = [asked(base64(`${signature} 01000000 00000000`)), refused, asked(answer)];
    const run = (last: Uint8Array) => runProtocol(http, [...begin, [1, last]]);
    const { records, credentials } = run(ok);
    const ntlm = records.filter(({ record }) => record === 'ntlm');
    expect(ntlm).toMatchObject([{ carrier: 'http', user: 'ann', domain: 'DOM', challenge: '0123456789abcdef', success: true }]);
    expect(credentials).toMatchObject([{ kind: 'ntlmv2', user: 'DOM\\ann', success: true }]);
    expect(credentials[0]!.secret).toMatch(/^ann::DOM:0123456789abcdef:/);
    expect(run(request('HTTP/1.1 401 No', 'WWW-Authenticate: NTLM', 'Content-Length: 0')).credentials).toMatchObject([{ success: false }]);
    expect(runProtocol(http, begin).credentials).toMatchObject([{ success: null }]);
  });

  it('keeps the user of Basic credentials, never the password', () => {
    const { records } = runProtocol(http, [[0, request('GET / HTTP/1.1', 'Authorization: Basic YWxpY2U6c2VjcmV0')]]);
    expect(records).toMatchObject([{ authUser: 'alice' }]);
    expect(JSON.stringify(records[0])).not.toContain('secret');
  });

  const basic = 'Authorization: Basic YWxpY2U6c2VjcmV0';
  const digest = 'Authorization: Digest realm="x", username="bob", response="0"';
  const form = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0';
  it.each([
    ['Basic that is refused', 'GET / HTTP/1.1', basic, 401, { user: 'alice', outcome: 'failure', isClear: true }],
    ['Basic at a proxy that is let in', 'GET / HTTP/1.1', basic, 200, { user: 'alice', outcome: 'success', isClear: true }],
    [
      'Basic that is padded wrongly',
      'GET / HTTP/1.1',
      'Authorization: Basic YWxpY2U6czE==',
      200,
      { user: 'alice', outcome: 'success', isClear: true },
    ],
    ['Basic for a proxy', 'GET / HTTP/1.1', `Proxy-${basic}`, 407, { user: 'alice', outcome: 'failure', isClear: true }],
    ['Digest', 'GET / HTTP/1.1', digest, 401, { user: 'bob', outcome: 'failure', isClear: false }],
    ['a form for it', 'POST /wp-login.php?x=1 HTTP/1.1', form, 200, { user: null, outcome: 'unknown', isClear: true }],
    ['a form that is refused', 'POST /api/login HTTP/1.1', form, 403, { user: null, outcome: 'failure', isClear: true }],
  ])('tells of a login by %s', (_name, line, header, status, login) => {
    const { logins } = runProtocol(http, [
      [0, request(line, header)],
      [1, textBytes(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`)],
    ]);
    expect(logins).toEqual([login]);
  });

  it.each([
    ['log=ann&pwd=s%C3%A9cret+1&wp-submit=x', 'ann', 'sécret 1'],
    ['user%5Bemail%5D=ann%40example.test&user%5Bpassword%5D=secret&user%5Bpassword%5D=again', 'ann@example.test', 'secret'],
    ['j_username=ann&j_password=secret', 'ann', 'secret'],
    ['token=1&LoginPassword=%zz', null, '%zz'],
  ])('reads the password of a form: %s', (body, user, secret) => {
    const head = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}`;
    const sent = joinBytes(request('POST /blogindex HTTP/1.1', head), textBytes(body));
    const run = (pieceBytes: number) => runProtocol(http, [[0, sent], [1, textBytes('HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n')]], { pieceBytes }); // prettier-ignore
    for (const pieceBytes of [0, 1]) {
      const { credentials, logins, records } = run(pieceBytes);
      expect(credentials).toEqual([{ kind: 'password', user, success: null, secret }]);
      expect(logins).toEqual([{ user, outcome: 'unknown', isClear: true }]);
      expect(JSON.stringify(records)).not.toContain(secret);
    }
  });

  const part = (name: string, value: string) => `--b1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  it.each([
    [
      'multipart',
      'multipart/form-data; boundary=b1',
      `${part('user', 'ann')}${part('f"; filename="password', 'x')}${part('password', 's3 cret')}--b1--\r\n`,
    ],
    ['JSON', 'application/json; charset=utf-8', '{"email":"ann","password":"s3 cret","remember":true}'],
    ['JSON in JSON', 'application/vnd.api+json', '{"x":1,"session":{"login":"ann","password":"s3 cret"}}'],
  ])('reads the password of a form in %s', (_name, type, body) => {
    const sent = joinBytes(request('POST /api HTTP/1.1', `Content-Type: ${type}\r\nContent-Length: ${body.length}`), textBytes(body));
    for (const pieceBytes of [0, 1]) {
      const { credentials, logins, records } = runProtocol(http, [[0, sent], [1, textBytes('HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n')]], { pieceBytes }); // prettier-ignore
      expect(credentials).toEqual([{ kind: 'password', user: 'ann', success: false, secret: 's3 cret' }]);
      expect(logins).toEqual([{ user: 'ann', outcome: 'failure', isClear: true }]);
      expect(JSON.stringify(records)).not.toContain('cret');
    }
  });

  it.each([
    ['cut', '{"user":"ann","password":"secret"'],
    ['a number for a password', '{"user":"ann","password":1}'],
    ['nested deeply', `${'['.repeat(4000)}${']'.repeat(4000)}`],
    ['a list', '["password","secret"]'],
    ['nothing', 'null'],
  ])('reads no password of JSON that is %s', (_name, body) => {
    const head = `Content-Type: application/json\r\nContent-Length: ${body.length}`;
    expect(runProtocol(http, [[0, joinBytes(request('POST /login HTTP/1.1', head), textBytes(body))]])).toMatchObject({
      credentials: [],
      logins: [],
    });
  });

  it('reads no password where a form has none, is cut, packed or too long', () => {
    const sent = (body: string, header = '', length = body.length) =>
      joinBytes(
        request('POST /a HTTP/1.1', `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}${header}`),
        textBytes(body),
      );
    for (const bytes of [
      sent('compass=north&q=password&passenger=1'),
      sent('password='),
      sent('password=secret', '', 100),
      sent('password=secret', '\r\nContent-Encoding: gzip'),
      sent(`password=secret&x=${'a'.repeat(9000)}`),
    ])
      expect(runProtocol(http, [[0, bytes]]).credentials).toEqual([]);
  });

  it('tells of no login where none is tried', () => {
    for (const [line, header] of [
      ['GET /login HTTP/1.1', 'Accept: */*'],
      ['POST /blogindex HTTP/1.1', form],
      ['POST /login HTTP/1.1', 'Content-Type: application/json\r\nContent-Length: 0'],
    ] as const)
      expect(runProtocol(http, [[0, request(line, header)]]).logins).toEqual([]);
  });
});
