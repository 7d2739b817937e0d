import { field, optional, recordType } from '@wirecase/contract';

export const rdpRecord = recordType(
  'rdp',
  'RDP',
  'One Remote Desktop connection up to where it is encrypted (MS-RDPBCGR). Points to the last packet with something of it.',
  {
    cookie: optional(
      'rdp.cookie',
      'keyword',
      'Name behind `mstshash=`: mostly the user, at most 9 characters of it; or the token of a load balancer.',
      {
        label: 'RDP cookie',
        aliases: ['cookie', 'rdp.rt_cookie'],
        indexed: true,
      },
    ),
    requested: field(
      'wirecase.rdp.requested_protocols',
      'keywords',
      'Security that the client can do: rdp, tls, credssp, rdstls, credssp_ex, aad.',
      {
        label: 'RDP asked for',
      },
    ),
    selected: optional('wirecase.rdp.selected_protocol', 'keyword', 'Security that the server chose: one of these.', {
      label: 'RDP security',
      aliases: ['security_protocol'],
    }),
    result: optional('wirecase.rdp.result', 'keyword', 'Refusal, as SSL_NOT_ALLOWED_BY_SERVER, or `encrypted` where TLS begins.', {
      label: 'RDP result',
      aliases: ['result'],
    }),
    clientName: optional('wirecase.rdp.client_name', 'keyword', 'Name of the client machine; seen where TLS does not hide it.', {
      label: 'RDP client',
      aliases: ['client_name', 'rdp.client.name'],
      tshark: 'rdp.client.name',
      indexed: true,
    }),
    clientBuild: optional('rdp.client_build', 'integer', 'Build of the client, as 2600 (Windows XP) or 19041.', {
      label: 'RDP client build',
      aliases: ['client_build', 'rdp.client.build'],
      tshark: 'rdp.client.build',
    }),
    clientVersion: optional('wirecase.rdp.client_version', 'keyword', 'RDP version of the client.', { label: 'RDP version' }),
    productId: optional('wirecase.rdp.client_dig_product_id', 'keyword', 'Product id of the client.', {
      label: 'RDP product id',
      aliases: ['client_dig_product_id'],
      tshark: 'rdp.client.digProductId',
    }),
    keyboardLayout: optional('wirecase.rdp.keyboard_layout', 'integer', 'Keyboard layout of the client: 1033 is English (United States).', {
      label: 'Keyboard',
      aliases: ['keyboard_layout', 'rdp.keyboardLayout'],
      tshark: 'rdp.keyboardLayout',
    }),
    width: optional('wirecase.rdp.desktop_width', 'integer', 'Width of the desktop, pixels.', {
      label: 'Desktop width',
      aliases: ['desktop_width', 'rdp.desktop.width'],
      tshark: 'rdp.desktop.width',
    }),
    height: optional('wirecase.rdp.desktop_height', 'integer', 'Height of the desktop, pixels.', {
      label: 'Desktop height',
      aliases: ['desktop_height', 'rdp.desktop.height'],
      tshark: 'rdp.desktop.height',
    }),
    channels: field(
      'wirecase.rdp.client_channels',
      'keywords',
      'Virtual channels that the client asks for, as cliprdr or rdpdr; at most 31.',
      {
        label: 'RDP channels',
        aliases: ['client_channels'],
      },
    ),
    encryptionMethod: optional(
      'wirecase.rdp.encryption_method',
      'keyword',
      'Own encryption that the server chose: none, 40bit, 56bit, 128bit or fips.',
      {
        label: 'RDP encryption',
        aliases: ['encryption_method'],
      },
    ),
    encryptionLevel: optional('wirecase.rdp.encryption_level', 'keyword', 'none, low, client compatible, high or fips.', {
      label: 'RDP encryption level',
      aliases: ['encryption_level'],
    }),
  },
);
