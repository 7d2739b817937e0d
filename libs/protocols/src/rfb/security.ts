/** Security types of RFB by the names of their makers (IANA: Remote Framebuffer Security Types; Tight and VeNCrypt have types of their own). */

export const NONE = 1;
export const VNC = 2;
export const TIGHT = 16;
export const TLS = 18;
export const VENCRYPT = 19;
export const XVP = 22;
export const APPLE = 30;
export const MS_LOGON = 113;

/** Within Tight: user and password as they are. */
export const UNIX_LOGIN = 129;
/** Within VeNCrypt: user and password as they are; the types above begin TLS. */
export const PLAIN = 256;

const types = new Map([
  [NONE, 'None'],
  [VNC, 'VNC'],
  [5, 'RA2'],
  [6, 'RA2ne'],
  [7, 'SSPI'],
  [8, 'SSPIne'],
  [TIGHT, 'Tight'],
  [17, 'Ultra'],
  [TLS, 'TLS'],
  [VENCRYPT, 'VeNCrypt'],
  [20, 'SASL'],
  [21, 'MD5'],
  [XVP, 'xvp'],
  [23, 'Secure Tunnel'],
  [24, 'Integrated SSH'],
  [APPLE, 'Apple Remote Desktop'],
  [MS_LOGON, 'MS-Logon II'],
  [129, 'RA2_256'],
  [130, 'RA2ne_256'],
]);
const tightTypes = new Map([[UNIX_LOGIN, 'Unix login']]);
const vencryptTypes = new Map(
  ['Plain', 'TLSNone', 'TLSVnc', 'TLSPlain', 'X509None', 'X509Vnc', 'X509Plain', 'TLSSASL', 'X509SASL'].map((name, i) => [PLAIN + i, name]),
);

export const securityName = (type: number): string => types.get(type) ?? `${type}`;
export const tightName = (type: number): string => tightTypes.get(type) ?? securityName(type);
export const vencryptName = (type: number): string => vencryptTypes.get(type) ?? securityName(type);
