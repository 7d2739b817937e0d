/** What a host does for others, from what it offers. */
import type { Host } from './host.ts';

/** By protocol spoken at a port that answered. */
const roleOfProtocol: Readonly<Record<string, string>> = {
  dns: 'dns-server',
  http: 'web-server',
  smtp: 'mail-server',
  imap: 'mail-server',
  pop3: 'mail-server',
  smb: 'file-server',
  ftp: 'file-server',
  nfs: 'file-server',
  ldap: 'directory',
  kerberos: 'kerberos-kdc',
  ntp: 'time-server',
  mysql: 'database',
  postgresql: 'database',
  tds: 'database',
  redis: 'database',
  mongodb: 'database',
  mqtt: 'broker',
  amqp: 'broker',
  ipp: 'printer',
  jetdirect: 'printer',
  sip: 'telephony',
  radius: 'authentication',
  syslog: 'log-server',
  rdp: 'remote-desktop',
  vnc: 'remote-desktop',
  modbus: 'industrial',
  dnp3: 'industrial',
  s7comm: 'industrial',
  enip: 'industrial',
  iec104: 'industrial',
  bacnet: 'industrial',
  mms: 'industrial',
};

/** Adds to those that were told (DHCP says who is the router). Windows domain controllers answer Kerberos, LDAP and SMB. */
export function addRoles(host: Host): void {
  for (const { protocols } of host.offers.values()) {
    for (const protocol of protocols) {
      const role = Object.hasOwn(roleOfProtocol, protocol) ? roleOfProtocol[protocol]! : null;
      if (role !== null) host.role(role);
    }
  }
  if (host.roles.includes('kerberos-kdc') && host.roles.includes('directory')) host.role('domain-controller');
}
