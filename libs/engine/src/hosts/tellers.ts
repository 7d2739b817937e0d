/** What the records of protocols tell of the hosts between which they were said. A table: a record type, and what to do with its rows. */
import { parseIp, type RecordType, type RowOf } from '@wirecase/contract';
import {
  dhcpRecord,
  dnsRecord,
  ftpRecord,
  httpRecord,
  kerberosRecord,
  mysqlRecord,
  nbnsRecord,
  ntlmRecord,
  postgresqlRecord,
  quicRecord,
  rdpRecord,
  smbRecord,
  smtpRecord,
  sshRecord,
  tdsRecord,
  tlsRecord,
  x509Record,
} from '@wirecase/protocols';
import type { HostTable } from './host-table.ts';
import {
  osOfBanner,
  osOfDhcpParameters,
  osOfNtlmVersion,
  osOfSmbNativeOs,
  osOfSshBanner,
  osOfUserAgent,
  osOfVendorClass,
} from './os-guess.ts';

type Teller = (row: object, hosts: HostTable) => void;

function teller<T extends RecordType>(type: T, tell: (row: RowOf<T['fields']>, hosts: HostTable) => void): [RecordType, Teller] {
  return [type, tell as Teller];
}

export const tellers: ReadonlyMap<RecordType, Teller> = new Map([
  teller(dnsRecord, tellDns),
  teller(dhcpRecord, tellDhcp),
  teller(httpRecord, (row, hosts) => {
    if (row.urlDomain !== null) nameServer(row, hosts, row.urlDomain, 'http');
    if (row.userAgent !== null) hosts.of(row.sourceIp)?.tells(row.userAgent, osOfUserAgent);
  }),
  teller(tlsRecord, (row, hosts) => {
    if (row.serverName !== null && row.encryptedHello !== true) nameServer(row, hosts, row.serverName, 'tls');
  }),
  teller(x509Record, tellCertificate),
  teller(quicRecord, (row, hosts) => {
    if (row.serverName !== null && row.encryptedHello !== true) nameServer(row, hosts, row.serverName, 'quic');
    if (row.userAgent !== null) hosts.of(row.sourceIp)?.tells(row.userAgent, osOfUserAgent);
  }),
  teller(ntlmRecord, (row, hosts) => {
    const client = hosts.of(row.sourceIp);
    const server = hosts.of(row.destinationIp);
    if (row.host !== null) client?.name(row.host, 'ntlm', row.time);
    if (row.clientVersion !== null) client?.tells(row.clientVersion, osOfNtlmVersion);
    for (const name of [row.serverDns, row.serverNetbios]) if (name !== null) server?.name(name, 'ntlm', row.time);
    if (row.serverVersion !== null) server?.tells(row.serverVersion, osOfNtlmVersion);
  }),
  teller(smbRecord, (row, hosts) => {
    if (row.nativeOs !== null) hosts.of(row.sourceIp)?.tells(row.nativeOs, osOfSmbNativeOs);
    const server = row.share === null ? null : /^\\\\([^\\]+)\\/.exec(row.share);
    if (server && parseIp(server[1]!) === null) hosts.of(row.destinationIp)?.name(server[1]!, 'smb', row.time);
  }),
  teller(nbnsRecord, tellNbns),
  teller(kerberosRecord, tellKerberos),
  teller(rdpRecord, (row, hosts) => {
    if (row.clientName !== null) hosts.of(row.sourceIp)?.name(row.clientName, 'rdp', row.time);
  }),
  teller(sshRecord, (row, hosts) => {
    if (row.client !== null) hosts.of(row.sourceIp)?.tells(row.client, osOfSshBanner);
    if (row.server !== null) banner(row, hosts, row.server.replace(/^SSH-[\d.]+-/, ''));
    if (row.server !== null) hosts.of(row.destinationIp)?.tells(row.server, osOfSshBanner);
  }),
  teller(smtpRecord, (row, hosts) => {
    if (row.helo !== null && /[a-z]/i.test(row.helo) && !/^\[/.test(row.helo)) hosts.of(row.sourceIp)?.name(row.helo, 'smtp', row.time);
    if (row.banner === null) return;
    banner(row, hosts, row.banner);
    hosts.of(row.destinationIp)?.tells(row.banner, osOfBanner);
    const named = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)\s/i.exec(`${row.banner} `);
    if (named && parseIp(named[1]!) === null) hosts.of(row.destinationIp)?.name(named[1]!, 'smtp', row.time);
  }),
  teller(ftpRecord, (row, hosts) => {
    if (row.command !== null || row.replyCode !== 220 || row.replyText === null) return;
    banner(row, hosts, row.replyText);
    hosts.of(row.destinationIp)?.tells(row.replyText, osOfBanner);
  }),
  teller(tdsRecord, (row, hosts) => {
    if (row.host !== null) hosts.of(row.sourceIp)?.name(row.host, 'tds', row.time);
  }),
  teller(mysqlRecord, (row, hosts) => {
    if (row.serverVersion !== null) banner(row, hosts, row.serverVersion);
  }),
  teller(postgresqlRecord, (row, hosts) => {
    if (row.serverVersion !== null) banner(row, hosts, `PostgreSQL ${row.serverVersion}`);
  }),
]);

interface Ends {
  time: bigint;
  destinationIp: Uint8Array;
  destinationPort: number | null;
}

/** The client calls its server so; an address is no name. */
function nameServer({ destinationIp, time }: Ends, hosts: HostTable, name: string, source: string): void {
  if (parseIp(name) === null) hosts.of(destinationIp)?.name(name, source, time);
}

/** All servers with a banner here speak TCP. */
function banner({ destinationIp, destinationPort }: Ends, hosts: HostTable, text: string): void {
  if (destinationPort !== null) hosts.of(destinationIp)?.product('tcp', destinationPort, text);
}

/** Names that are taken from one certificate: that of a whole park of sites says little of the host that shows it. */
const MAX_CERTIFICATE_NAMES = 4;

/**
 * The host itself shows the first certificate of the chain. Who may sign others is no host, except one that signs for itself; `*` stands
 * for many.
 */
function tellCertificate(row: RowOf<typeof x509Record.fields>, hosts: HostTable): void {
  if (row.position !== 0 || (row.isAuthority && !row.isSelfIssued)) return;
  const host = hosts.of(row.isClient ? row.sourceIp : row.destinationIp);
  const names = row.alternativeNames.length > 0 || row.commonName === null ? row.alternativeNames : [row.commonName];
  const ofHosts = names.filter((name) => /^(?=.*[a-z])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i.test(name));
  for (const name of ofHosts.slice(0, MAX_CERTIFICATE_NAMES)) host?.name(name, 'certificate', row.time);
}

const sourceOfPort: Readonly<Record<number, string>> = { 5353: 'mdns', 5355: 'llmnr' };

/** An answer names the address that it gives: by the name that was asked for, and by the one that has the address. */
function tellDns(row: RowOf<typeof dnsRecord.fields>, hosts: HostTable): void {
  const source = sourceOfPort[row.destinationPort ?? 0] ?? sourceOfPort[row.sourcePort ?? 0] ?? 'dns';
  let resolved = 0;
  for (const [i, type] of row.answerTypes.entries()) {
    const owner = row.answerNames[i];
    if (owner === undefined) return;
    if (type === 'A' || type === 'AAAA') {
      const address = row.resolvedIps[resolved++];
      const host = address && hosts.of(address);
      if (!host) continue;
      const asked = row.questionType === 'A' || row.questionType === 'AAAA' ? row.questionName : null;
      if (asked !== null) host.name(asked, source, row.time);
      if (asked !== owner) host.name(owner, source, row.time);
    } else if (type === 'PTR') {
      const address = addressOfReverseName(owner);
      const name = row.answerData[i];
      if (address && name !== undefined) hosts.of(address)?.name(name, source, row.time);
    }
  }
}

/** The address that a name below in-addr.arpa (RFC 1035 3.5) or ip6.arpa (RFC 3596 2.5) stands for. */
export function addressOfReverseName(name: string): Uint8Array | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/i.exec(name);
  if (v4) return parseIp(`${v4[4]}.${v4[3]}.${v4[2]}.${v4[1]}`);
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/i.exec(name);
  if (!v6) return null;
  const digits = v6[1]!.replaceAll('.', '');
  return Uint8Array.from({ length: 16 }, (_, i) => parseInt(digits[31 - 2 * i]! + digits[30 - 2 * i]!, 16));
}

/** The client is the address that it has, or that it is given; a server shows itself by what only servers send. */
/** Services whose names are those of hosts; a master browser's is that of its group, a messenger's may be a user's. */
const ofHosts = new Set<string | null>(['workstation', 'file_server']);

/** Answers and registrations give a name to addresses; the names of a host are those of the one that was asked. */
function tellNbns(row: RowOf<typeof nbnsRecord.fields>, hosts: HostTable): void {
  const isGiven =
    ofHosts.has(row.service) &&
    row.isGroup === false &&
    (row.responseCode === null ? row.operation !== 'release' : row.responseCode === 'NOERROR');
  if (isGiven && row.name !== null) for (const address of row.addresses) hosts.of(address)?.name(row.name, 'nbns', row.time);
  if (row.questionType !== 'NBSTAT') return;
  const own = row.names.find((name) => name.endsWith('<00>'));
  const host = own === undefined ? undefined : hosts.of(row.destinationIp);
  if (own !== undefined) host?.name(own.slice(0, -4), 'nbns', row.time);
}

function tellDhcp(row: RowOf<typeof dhcpRecord.fields>, hosts: HostTable): void {
  const isServers = row.messageType === 'OFFER' || row.messageType === 'ACK' || row.messageType === 'NAK';
  if (isServers) {
    if (row.serverIp !== null) hosts.of(row.serverIp)?.role('dhcp-server');
    for (const router of row.routers.slice(0, 4)) hosts.of(router)?.role('gateway');
    for (const server of row.dnsServers.slice(0, 4)) hosts.of(server)?.role('dns-server');
  }
  const given = row.messageType === 'ACK' ? row.assignedIp : null;
  const address = [given, row.clientIp, row.messageType === 'REQUEST' ? row.requestedIp : null].find(
    (candidate) => candidate !== null && candidate.some((byte) => byte !== 0),
  );
  const client = address && hosts.of(address);
  if (!client) return;
  if (row.clientMac !== null) client.mac(row.clientMac, 'said');
  for (const name of [row.hostname, row.clientFqdn]) if (name !== null) client.name(name, 'dhcp', row.time);
  if (row.vendorClass !== null) client.tells(row.vendorClass, osOfVendorClass);
  client.tells(row.parameters, osOfDhcpParameters);
}

/** A service is `cifs/files.example.test`; a client that ends in `$` is a machine. */
function tellKerberos(row: RowOf<typeof kerberosRecord.fields>, hosts: HostTable): void {
  const machine = row.client === null ? null : /^([^/@]+)\$(?:[/@]|$)/.exec(row.client);
  if (machine) hosts.of(row.sourceIp)?.name(machine[1]!, 'kerberos', row.time);
  if (row.requestType !== 'AP' || row.service === null) return;
  const named = /^[^/]+\/([^/@:]+)/.exec(row.service);
  if (named && !/^krbtgt\//i.test(row.service)) hosts.of(row.destinationIp)?.name(named[1]!, 'kerberos', row.time);
}
