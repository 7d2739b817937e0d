import { field, optional, recordType } from '@wirecase/contract';

export const sshRecord = recordType(
  'ssh',
  'SSH',
  'One SSH connection (RFC 4253): what both sides said of themselves before encryption began. Points to the last such message seen.',
  {
    client: optional('ssh.client', 'keyword', 'Version string of the client, as `SSH-2.0-OpenSSH_9.2p1 Debian-2`.', {
      label: 'SSH client',
    }),
    server: optional('ssh.server', 'keyword', 'Version string of the server.', { label: 'SSH server' }),
    hassh: optional('ssh.hassh', 'keyword', 'HASSH of the client: MD5 of the algorithms that it offers to use when it sends.', {
      label: 'HASSH',
      aliases: ['ssh.kex.hassh', 'hassh'],
      tshark: 'ssh.kex.hassh',
      indexed: true,
    }),
    hasshServer: optional(
      'ssh.hassh_server',
      'keyword',
      'HASSH of the server: MD5 of the algorithms that it offers to use when it sends.',
      {
        label: 'HASSH server',
        aliases: ['ssh.kex.hasshserver', 'hasshServer'],
        tshark: 'ssh.kex.hasshserver',
        indexed: true,
      },
    ),
    version: optional('wirecase.ssh.version', 'integer', 'Major version of the protocol: 2, or 1 where either side knows only that.', {
      label: 'SSH version',
    }),
    kexAlgorithm: optional(
      'wirecase.ssh.kex_algorithm',
      'keyword',
      "Key exchange that both settle on: the first of the client's that the server has too.",
      { label: 'Key exchange', aliases: ['kex_alg'] },
    ),
    hostKeyAlgorithm: optional('wirecase.ssh.host_key_algorithm', 'keyword', 'Algorithm of the host key that both settle on.', {
      label: 'Host key',
      aliases: ['host_key_alg'],
    }),
    cipher: optional('wirecase.ssh.cipher', 'keyword', 'Cipher from client to server that both settle on.', {
      label: 'SSH cipher',
      aliases: ['cipher_alg'],
    }),
    mac: optional('wirecase.ssh.mac', 'keyword', 'Message authentication from client to server; ciphers with their own ignore it.', {
      label: 'SSH MAC',
      aliases: ['mac_alg'],
    }),
    compression: optional('wirecase.ssh.compression', 'keyword', 'Compression from client to server that both settle on.', {
      label: 'SSH compression',
      aliases: ['compression_alg'],
    }),
    clientKexAlgorithms: field(
      'wirecase.ssh.client_kex_algorithms',
      'keywords',
      'Key exchanges that the client offers, in its order; at most 64.',
      {
        label: 'Client key exchanges',
      },
    ),
    serverHostKeyAlgorithms: field(
      'wirecase.ssh.server_host_key_algorithms',
      'keywords',
      'Host key algorithms that the server offers, in its order; at most 64.',
      { label: 'Server host keys' },
    ),
    authSuccess: optional(
      'wirecase.ssh.auth_success',
      'boolean',
      'Whether the client logged in, told by the sizes of encrypted messages; empty when they do not tell.',
      { label: 'Logged in', aliases: ['auth_success'] },
    ),
    authAttempts: optional('wirecase.ssh.auth_attempts', 'count', 'Logins that were tried, told in the same way.', {
      label: 'Login attempts',
      aliases: ['auth_attempts'],
    }),
  },
);
