import { field, optional, recordType } from '@wirecase/contract';

export const quicRecord = recordType(
  'quic',
  'QUIC',
  "One handshake of QUIC (RFC 9000, 9369): what client and server said in their Initial packets, whose keys follow from the client's first one. Points to the packet with the last hello seen.",
  {
    version: field('wirecase.quic.version', 'keyword', "Version of the client's first packets: 1, 2, draft-29, Q046 ...", {
      label: 'QUIC version',
    }),
    destinationId: field(
      'wirecase.quic.destination_id',
      'keyword',
      "Destination connection id of the client's first packet, hexadecimal: the keys of the Initial packets follow from it.",
      { label: 'Client DCID', aliases: ['client_initial_dcid'] },
    ),
    serverId: optional('wirecase.quic.server_id', 'keyword', 'Connection id that the server chose for itself, hexadecimal.', {
      label: 'Server SCID',
      aliases: ['server_scid'],
    }),
    isDecrypted: field('wirecase.quic.decrypted', 'boolean', 'Whether the ClientHello could be read.', { label: 'Hello read' }),
    serverName: optional('tls.client.server_name', 'keyword', 'Server name that the client asked for (SNI, RFC 6066).', {
      label: 'Server name',
      aliases: ['host.quic', 'host.tls', 'tls.handshake.extensions_server_name', 'server_name', 'tls.sni', 'sni'],
      tshark: 'tls.handshake.extensions_server_name',
      indexed: true,
    }),
    alpn: field('wirecase.tls.alpn', 'keywords', 'Application protocols that the client offered by ALPN, in its order.', {
      label: 'ALPN offered',
      tshark: 'tls.handshake.extensions_alpn_str',
    }),
    cipher: optional('tls.cipher', 'keyword', 'Cipher suite that the server chose, by its IANA name.', {
      label: 'Cipher',
      aliases: ['tls.cipher_suite', 'cipher'],
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
    ja4: optional('wirecase.tls.ja4', 'keyword', 'JA4 of the ClientHello; over QUIC it begins with q.', {
      label: 'JA4',
      aliases: ['tls.ja4', 'ja4', 'tls.handshake.ja4'],
      indexed: true,
    }),
    clientRandom: optional(
      'wirecase.tls.client_random',
      'keyword',
      'Random of the ClientHello, hexadecimal: the name under which key logs (SSLKEYLOGFILE) keep the secrets of the session.',
      { label: 'Client random' },
    ),
    encryptedHello: optional(
      'wirecase.tls.ech',
      'boolean',
      'Whether the client sent an encrypted ClientHello (ECH): the server name in clear may then be a cover.',
      { label: 'ECH' },
    ),
    userAgent: optional('user_agent.original', 'text', 'Program of the client, as it called itself in a handshake of Google QUIC.', {
      label: 'User agent',
    }),
  },
);
