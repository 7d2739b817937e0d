import { field, optional, recordType } from '@wirecase/contract';

export const x509Record = recordType(
  'x509',
  'Certificates',
  'One certificate (X.509, RFC 5280) that a side of a TLS or DTLS handshake showed; one row for each of its chain. TLS 1.3 hides them. Points to the packet that completes the message. Signatures are not verified.',
  {
    position: field('wirecase.x509.position', 'integer', 'Place in the chain: 0 is the certificate of the host itself.', {
      label: 'Place in chain',
    }),
    isClient: field('wirecase.x509.client', 'boolean', 'Whether the client showed it.', { label: 'Of client', aliases: ['client_cert'] }),
    subject: field('x509.subject.distinguished_name', 'text', 'Whose certificate it is, the most specific part first (RFC 4514).', {
      label: 'Subject',
      aliases: ['certificate.subject', 'cert.subject'],
    }),
    commonName: optional('x509.subject.common_name', 'keyword', 'Common name of the subject.', {
      label: 'Common name',
      aliases: ['cert.cn'],
      indexed: true,
    }),
    issuer: field('x509.issuer.distinguished_name', 'text', 'Who signed it.', {
      label: 'Issuer',
      aliases: ['certificate.issuer', 'cert.issuer'],
    }),
    serialNumber: field('x509.serial_number', 'keyword', 'Serial number, hexadecimal.', {
      label: 'Serial number',
      aliases: ['certificate.serial', 'cert.serial'],
      indexed: true,
    }),
    notBefore: optional('x509.not_before', 'time', 'Valid from.', { label: 'Valid from', aliases: ['certificate.not_valid_before'] }),
    notAfter: optional('x509.not_after', 'time', 'Valid until; years after 2262 are written as 2262.', {
      label: 'Valid until',
      aliases: ['certificate.not_valid_after'],
    }),
    alternativeNames: field('x509.alternative_names', 'keywords', 'DNS names, addresses, mail addresses and URIs it is for; at most 128.', {
      label: 'Names',
      aliases: ['san.dns', 'cert.alt', 'x509ce.dNSName'],
    }),
    keyAlgorithm: optional('x509.public_key_algorithm', 'keyword', 'Algorithm of the key: rsaEncryption, id-ecPublicKey, ED25519 ...', {
      label: 'Key',
      aliases: ['certificate.key_alg'],
    }),
    keyBits: optional('x509.public_key_size', 'integer', 'Bits of the key; of RSA below 2,048 is weak.', {
      label: 'Key bits',
      aliases: ['certificate.key_length'],
    }),
    keyExponent: optional('x509.public_key_exponent', 'integer', 'Exponent of an RSA key.', { label: 'Exponent' }),
    curve: optional('x509.public_key_curve', 'keyword', 'Curve of an elliptic key.', { label: 'Curve', aliases: ['certificate.curve'] }),
    signatureAlgorithm: field('x509.signature_algorithm', 'keyword', 'How it is signed; MD5 and SHA-1 are broken.', {
      label: 'Signature',
      aliases: ['certificate.sig_alg'],
    }),
    version: field('x509.version_number', 'integer', 'Version, mostly 3.', { label: 'Version', aliases: ['certificate.version'] }),
    isAuthority: field('wirecase.x509.ca', 'boolean', 'Whether it may sign others (basic constraints).', {
      label: 'CA',
      aliases: ['basic_constraints.ca'],
    }),
    pathLength: optional('wirecase.x509.path_length', 'integer', 'How many authorities may follow below it.', {
      label: 'Path length',
      aliases: ['basic_constraints.path_len'],
    }),
    isSelfIssued: field('wirecase.x509.self_issued', 'boolean', 'Whether subject and issuer are the same.', { label: 'Self-issued' }),
    sha1: field('x509.hash.sha1', 'keyword', 'SHA-1 of the certificate, hexadecimal: its usual fingerprint.', {
      label: 'SHA-1',
      aliases: ['cert.hash'],
      indexed: true,
    }),
    sha256: field('x509.hash.sha256', 'keyword', 'SHA-256 of the certificate, hexadecimal.', {
      label: 'SHA-256',
      aliases: ['fingerprint'],
      indexed: true,
    }),
    bytes: field('wirecase.x509.bytes', 'count', 'Bytes of the certificate.', { label: 'Bytes' }),
  },
);
