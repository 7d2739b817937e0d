import { field, optional, recordType } from '@wirecase/contract';

export const rfbRecord = recordType(
  'rfb',
  'VNC',
  'One VNC connection up to its desktop, its refusal or its encryption (RFB, RFC 6143). Points to the last packet with something of it.',
  {
    serverVersion: optional('wirecase.rfb.server_version', 'keyword', 'Version of RFB that the server offers, as sent: 003.008.', {
      label: 'RFB server version',
      aliases: ['vnc.server_proto_ver'],
      tshark: 'vnc.server_proto_ver',
    }),
    clientVersion: optional('wirecase.rfb.client_version', 'keyword', 'Version that the client chose, as sent.', {
      label: 'RFB client version',
      aliases: ['vnc.client_proto_ver'],
      tshark: 'vnc.client_proto_ver',
    }),
    offered: field(
      'wirecase.rfb.offered_security',
      'keywords',
      'Security types that the server offers, as None, VNC, VeNCrypt or Apple Remote Desktop; a type without name is a number.',
      { label: 'VNC security offered' },
    ),
    security: optional(
      'wirecase.rfb.security',
      'keyword',
      'Security type that was chosen. Where one holds others the path, as VeNCrypt/TLSVnc or Tight/VNC. None: everybody is let in.',
      { label: 'VNC security', aliases: ['authentication_method'], indexed: true },
    ),
    user: optional('user.name', 'keyword', 'User, where the security type has one that can be read.', { label: 'User', aliases: ['user'] }),
    success: optional(
      'wirecase.rfb.success',
      'boolean',
      'Whether the client was let in; empty when that was not seen, or cannot be read.',
      { label: 'VNC success', aliases: ['auth'] },
    ),
    reason: optional('wirecase.rfb.reason', 'text', 'Why the server refused, in its words.', { label: 'VNC refusal' }),
    isShared: optional('wirecase.rfb.shared', 'boolean', 'Whether other clients stay connected.', {
      label: 'VNC shared',
      aliases: ['share_flag', 'vnc.share_desktop_flag'],
      tshark: 'vnc.share_desktop_flag',
    }),
    desktop: optional('wirecase.rfb.desktop_name', 'keyword', 'Name of the desktop; many servers put the name of the host into it.', {
      label: 'Desktop',
      aliases: ['desktop_name', 'vnc.desktop_name'],
      tshark: 'vnc.desktop_name',
      indexed: true,
    }),
    width: optional('wirecase.rfb.width', 'integer', 'Width of the desktop, pixels.', {
      label: 'Desktop width',
      aliases: ['width', 'vnc.width'],
      tshark: 'vnc.width',
    }),
    height: optional('wirecase.rfb.height', 'integer', 'Height of the desktop, pixels.', {
      label: 'Desktop height',
      aliases: ['height', 'vnc.height'],
      tshark: 'vnc.height',
    }),
  },
);
