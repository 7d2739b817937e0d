import { field, optional, recordType } from '@wirecase/contract';

export const tlsRecord = recordType(
  'tls',
  'TLS',
  'One handshake of TLS over TCP (RFC 5246, 8446) or DTLS over UDP (RFC 6347, 9147): what client and server said in clear in their hellos. Points to the last hello seen.',
  {
    version: optional('tls.version', 'keyword', 'Version that the server chose: 1.3, 1.2 ... or 3.0 of SSL; empty without a ServerHello.', {
      label: 'TLS version',
      aliases: ['version'],
    }),
    versionProtocol: optional('tls.version_protocol', 'keyword', '`tls`, `dtls`, or `ssl` for SSL 3.0.', { label: 'TLS or SSL' }),
    cipher: optional(
      'tls.cipher',
      'keyword',
      'Cipher suite that the server chose, by its IANA name; 0x and four digits when it has none.',
      {
        label: 'Cipher',
        aliases: ['tls.cipher_suite', 'cipher'],
      },
    ),
    nextProtocol: optional(
      'tls.next_protocol',
      'keyword',
      'Application protocol that the server chose by ALPN (h2, http/1.1 ...). TLS 1.3 hides the choice.',
      { label: 'Next protocol', aliases: ['next_protocol'] },
    ),
    alpn: field('wirecase.tls.alpn', 'keywords', 'Application protocols that the client offered by ALPN, in its order.', {
      label: 'ALPN offered',
      tshark: 'tls.handshake.extensions_alpn_str',
    }),
    serverName: optional('tls.client.server_name', 'keyword', 'Server name that the client asked for (SNI, RFC 6066).', {
      label: 'Server name',
      aliases: ['host.tls', 'tls.handshake.extensions_server_name', 'server_name', 'tls.sni', 'sni'],
      tshark: 'tls.handshake.extensions_server_name',
      indexed: true,
    }),
    ja3: optional('tls.client.ja3', 'keyword', 'JA3: MD5 of version, ciphers, extensions, groups and point formats of the ClientHello.', {
      label: 'JA3',
      aliases: ['tls.ja3', 'ja3', 'tls.handshake.ja3', 'tls.ja3.hash'],
      tshark: 'tls.handshake.ja3',
      indexed: true,
    }),
    ja3s: optional('tls.server.ja3s', 'keyword', 'JA3S: MD5 of version, cipher and extensions of the ServerHello.', {
      label: 'JA3S',
      aliases: ['tls.ja3s', 'ja3s', 'tls.handshake.ja3s', 'tls.ja3s.hash'],
      tshark: 'tls.handshake.ja3s',
    }),
    ja4: optional(
      'wirecase.tls.ja4',
      'keyword',
      'JA4 of the ClientHello: like JA3, but sorted, so that a client that shuffles its extensions keeps one fingerprint.',
      { label: 'JA4', aliases: ['tls.ja4', 'ja4', 'tls.handshake.ja4'], indexed: true },
    ),
    clientRandom: optional(
      'wirecase.tls.client_random',
      'keyword',
      'Random of the ClientHello, hexadecimal: the name under which key logs (SSLKEYLOGFILE) keep the secrets of the session.',
      { label: 'Client random', aliases: ['tls.handshake.random'] },
    ),
    encryptedHello: optional(
      'wirecase.tls.ech',
      'boolean',
      'Whether the client sent an encrypted ClientHello (ECH): the server name in clear may then be a cover. Some clients always send a meaningless one.',
      { label: 'ECH' },
    ),
    resumed: optional(
      'tls.resumed',
      'boolean',
      'Whether an earlier session was resumed: the server took the pre-shared key, or went on without a certificate. Empty while unknown.',
      { label: 'Resumed', aliases: ['resumed'] },
    ),
    established: field('tls.established', 'boolean', 'Whether both sides sent encrypted records after their hellos.', {
      label: 'Established',
      aliases: ['established'],
    }),
    alert: optional('wirecase.tls.alert', 'keyword', 'Last alert sent in clear: handshake_failure, protocol_version ...', {
      label: 'Alert',
      aliases: ['last_alert', 'tls.alert_message.desc'],
    }),
    serverSubject: optional('tls.server.subject', 'text', "Subject of the server's certificate; TLS 1.3 hides it.", {
      label: 'Server subject',
      aliases: ['tls.subject'],
    }),
    serverIssuer: optional('tls.server.issuer', 'text', "Issuer of the server's certificate.", {
      label: 'Server issuer',
      aliases: ['tls.issuerdn'],
    }),
    serverNotBefore: optional('tls.server.not_before', 'time', "When the server's certificate becomes valid.", {
      label: 'Certificate from',
      aliases: ['tls.notbefore'],
    }),
    serverNotAfter: optional('tls.server.not_after', 'time', "When the server's certificate stops being valid.", {
      label: 'Certificate until',
      aliases: ['tls.notafter'],
    }),
    serverSha1: optional('tls.server.hash.sha1', 'keyword', "SHA-1 of the server's certificate, hexadecimal.", {
      label: 'Certificate SHA-1',
      aliases: ['tls.fingerprint'],
      indexed: true,
    }),
    serverSha256: optional('tls.server.hash.sha256', 'keyword', "SHA-256 of the server's certificate, hexadecimal.", {
      label: 'Certificate SHA-256',
      indexed: true,
    }),
    selfSigned: optional('wirecase.tls.self_signed', 'boolean', "Whether subject and issuer of the server's certificate are the same.", {
      label: 'Self-signed',
    }),
    certificates: field(
      'wirecase.tls.certificate_chain',
      'keywords',
      "SHA-256 of the server's certificates, in their order; each has a record.",
      {
        label: 'Certificates',
        aliases: ['cert_chain_fps'],
      },
    ),
  },
);
