/**
 * Application protocols: bytes of a flow in order go in, records come out. Parsers see neither packets nor flows, keep little, and take
 * malformed input as data: what is odd becomes a weird, nothing throws. `registry` lists them; the engine probes in this order.
 */
import type { ProtocolModule } from '@wirecase/contract';
import { bacnet } from './bacnet/parser.ts';
import { dceRpc } from './dce-rpc/parser.ts';
import { dhcp } from './dhcp/parser.ts';
import { dhcpv6 } from './dhcpv6/parser.ts';
import { dnp3 } from './dnp3/parser.ts';
import { dns, llmnr, mdns } from './dns/parser.ts';
import { enip } from './enip/parser.ts';
import { ftp } from './ftp/parser.ts';
import { http } from './http/parser.ts';
import { http2 } from './http2/parser.ts';
import { iec104 } from './iec104/parser.ts';
import { imap } from './imap/parser.ts';
import { kerberos } from './kerberos/parser.ts';
import { ldap } from './ldap/parser.ts';
import { modbus } from './modbus/parser.ts';
import { mqtt } from './mqtt/parser.ts';
import { mysql } from './mysql/parser.ts';
import { nbns } from './nbns/parser.ts';
import { ntp } from './ntp/parser.ts';
import { pop3 } from './pop3/parser.ts';
import { postgresql } from './postgresql/parser.ts';
import { quic } from './quic/parser.ts';
import { radius } from './radius/parser.ts';
import { rdp } from './rdp/parser.ts';
import { redis } from './redis/parser.ts';
import { rfb } from './rfb/parser.ts';
import { rtcp, rtp } from './rtp/parser.ts';
import { s7comm } from './s7comm/parser.ts';
import { sip } from './sip/parser.ts';
import { smb } from './smb/parser.ts';
import { smtp } from './smtp/parser.ts';
import { snmp } from './snmp/parser.ts';
import { ssh } from './ssh/parser.ts';
import { syslog } from './syslog/parser.ts';
import { tds } from './tds/parser.ts';
import { telnet } from './telnet/parser.ts';
import { tftp } from './tftp/parser.ts';
import { dtls } from './tls/dtls.ts';
import { tls } from './tls/parser.ts';

/** Protocols without records of their own, told by their first bytes. */
export { SignatureMatcher } from './signatures/matcher.ts';
export type { Signature } from './signatures/signature.ts';
export { signatures } from './signatures/index.ts';

export const registry: readonly ProtocolModule[] = [
  http,
  tls,
  quic,
  dns,
  mdns,
  llmnr,
  nbns,
  ssh,
  dhcp,
  ntp,
  smtp,
  ftp,
  snmp,
  ldap,
  kerberos,
  smb,
  dceRpc,
  pop3,
  imap,
  sip,
  rtp,
  rtcp,
  rdp,
  rfb,
  telnet,
  radius,
  tftp,
  mqtt,
  modbus,
  dnp3,
  s7comm,
  iec104,
  redis,
  mysql,
  postgresql,
  tds,
  enip,
  bacnet,
  dhcpv6,
  syslog,
  dtls,
  http2,
];

export { dceRpcRecord } from './common/dcerpc-record.ts';
export { httpRecord } from './common/http-record.ts';
export { kerberosRecord } from './common/kerberos-record.ts';
export { ntlmRecord } from './common/ntlm-record.ts';
export { dhcpRecord } from './dhcp/fields.ts';
export { dhcpv6Record } from './dhcpv6/fields.ts';
export { dnsRecord } from './dns/fields.ts';
export { ftpRecord } from './ftp/fields.ts';
export { mysqlRecord } from './mysql/fields.ts';
export { nbnsRecord } from './nbns/fields.ts';
export { postgresqlRecord } from './postgresql/fields.ts';
export { quicRecord } from './quic/fields.ts';
export { rdpRecord } from './rdp/fields.ts';
export { smbRecord } from './smb/fields.ts';
export { smtpRecord } from './smtp/fields.ts';
export { sshRecord } from './ssh/fields.ts';
export { tdsRecord } from './tds/fields.ts';
export { tlsRecord } from './tls/fields.ts';
export { x509Record } from './tls/x509-fields.ts';
