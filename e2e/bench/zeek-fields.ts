/** What of Zeek's logs has the same meaning in our records: by log, the record, which of its rows Zeek logs, and field by field how each is said. */
import { formatIp } from '@wirecase/contract';

/** A row of ours, by the keys of its record type. */
export type Row = Readonly<Record<string, unknown>>;
/** A row of a log of Zeek's, as JSON has it. */
export type LogRow = Readonly<Record<string, unknown>>;

/** Why a value may differ, by a rule of ours or Zeek's that docs/differences.md names; `row`: ours, if there is one. */
export type Explain = (field: string, logRow: LogRow, row: Row | undefined) => string | null;

export interface LogFields {
  readonly record: string;
  readonly explain?: Explain;
  /** Whether Zeek has a row for this. */
  readonly has?: (row: Row) => boolean;
  /** Rows of Zeek's for one of ours, where it logs request and reply apart. */
  readonly split?: (row: Row) => readonly Row[];
  /** Field of the log -> the same out of our row, as Zeek would write it; `undefined`: not said there. */
  readonly fields: Readonly<Record<string, (row: Row) => unknown>>;
}

const key =
  (name: string) =>
  (row: Row): unknown =>
    row[name];
const flag = (letter: string) => (row: Row) => (row['headerFlags'] as string[]).includes(letter);
const ip = (name: string) => (row: Row) => (row[name] ? formatIp(row[name] as Uint8Array) : null);
const list = (name: string) => (row: Row) => ((row[name] as unknown[]).length > 0 ? row[name] : null);
/** `%2F` as `/`; as it is where that is no UTF-8. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** Zeek writes a backslash of the packet as two. */
const escaped = (name: string) => (row: Row) => (row[name] as string | null)?.replaceAll('\\', '\\\\');

/** FTP commands that Zeek logs unless told otherwise. */
const loggedCommands = new Set(['APPE', 'DELE', 'RETR', 'STOR', 'STOU', 'ACCT', 'PORT', 'PASV', 'EPRT', 'EPSV']);
const tlsVersions: Readonly<Record<string, string>> = {
  '3.0': 'SSLv3',
  '1.0': 'TLSv10',
  '1.1': 'TLSv11',
  '1.2': 'TLSv12',
  '1.3': 'TLSv13',
};

const tunnelTypes: Readonly<Record<string, string>> = { gre: 'Tunnel::GRE', gtpu: 'Tunnel::GTPv1' };

export const logFields: Readonly<Record<string, LogFields>> = {
  dns: {
    record: 'dns',
    explain(field, logRow, row) {
      if (logRow['id.resp_p'] === 137) return 'NetBIOS names: no record here';
      if (!row && logRow['rcode'] === undefined) return 'a query sent again with its id is one row here';
      if (row && field === 'query' && row['questionName'] === null) return 'a response without question: Zeek takes the name of its answer';
      const isUnanswered = row && (row['answerTypes'] as unknown[]).length === 0;
      return isUnanswered && (field === 'AA' || field === 'RA') ? 'Zeek takes AA and RA from responses with answers only' : null;
    },
    fields: {
      query: key('questionName'),
      qtype_name: key('questionType'),
      trans_id: key('dnsId'),
      rcode_name: key('responseCode'),
      AA: flag('AA'),
      TC: flag('TC'),
      RD: flag('RD'),
      RA: flag('RA'),
      TTLs: list('answerTtls'),
    },
  },
  http: {
    record: 'http',
    explain(field, logRow, row) {
      if (logRow['version'] === '0.9') return 'HTTP/0.9 is not read';
      if (logRow['method'] === undefined) return 'Zeek logs a body whose head it has not seen';
      const isBody = field === 'request_body_len' || field === 'response_body_len';
      if (isBody && logRow['orig_fuids'] && row) return 'Zeek counts a compressed body unpacked';
      return isBody && row ? 'Zeek reads a body without length as lines, and counts the end of the last one' : null;
    },
    fields: {
      method: key('method'),
      host: key('urlDomain'),
      // Zeek decodes what is percent-encoded.
      uri: (row) =>
        row['urlPath'] === null
          ? undefined
          : decoded(`${row['urlPath'] as string}${row['urlQuery'] === null ? '' : `?${row['urlQuery'] as string}`}`),
      status_code: key('statusCode'),
      version: key('version'),
      user_agent: key('userAgent'),
      referrer: key('referrer'),
      request_body_len: key('requestBodyBytes'),
      response_body_len: key('responseBodyBytes'),
    },
  },
  ssl: {
    record: 'tls',
    explain: (_field, logRow, row) => (!row && logRow['version'] !== 'TLSv12' ? 'a handshake over QUIC: its record is quic' : null),
    fields: {
      version: (row) => tlsVersions[row['version'] as string] ?? row['version'],
      cipher: key('cipher'),
      server_name: key('serverName'),
      next_protocol: key('nextProtocol'),
      resumed: key('resumed'),
      established: key('established'),
      cert_chain_fps: key('certificates'),
    },
  },
  x509: {
    record: 'x509',
    fields: {
      fingerprint: key('sha256'),
      'certificate.version': key('version'),
      'certificate.serial': key('serialNumber'),
      'certificate.subject': key('subject'),
      'certificate.issuer': key('issuer'),
      'certificate.not_valid_before': (row) => Number(row['notBefore']) / 1e9,
      'certificate.not_valid_after': (row) => Number(row['notAfter']) / 1e9,
      'certificate.key_alg': key('keyAlgorithm'),
      'certificate.key_length': key('keyBits'),
      'certificate.exponent': key('keyExponent'),
      'certificate.curve': key('curve'),
      'certificate.sig_alg': key('signatureAlgorithm'),
      'san.dns': list('alternativeNames'),
      'basic_constraints.ca': key('isAuthority'),
      'basic_constraints.path_len': key('pathLength'),
      client_cert: key('isClient'),
      host_cert: (row) => row['position'] === 0,
    },
  },
  quic: {
    record: 'quic',
    fields: {
      version: key('version'),
      server_name: key('serverName'),
      client_initial_dcid: key('destinationId'),
      server_scid: key('serverId'),
    },
  },
  ssh: {
    record: 'ssh',
    fields: {
      client: key('client'),
      server: key('server'),
      version: key('version'),
      kex_alg: key('kexAlgorithm'),
      host_key_alg: key('hostKeyAlgorithm'),
      cipher_alg: key('cipher'),
      mac_alg: key('mac'),
      compression_alg: key('compression'),
    },
  },
  smtp: {
    record: 'smtp',
    explain: () => 'attempts that the server refuses belong to the mail that it takes; Zeek logs each',
    fields: {
      helo: key('helo'),
      mailfrom: key('mailFrom'),
      rcptto: list('recipients'),
      subject: key('subject'),
      msg_id: key('messageId'),
      date: key('date'),
      last_reply: (row) => (row['lastReply'] === null ? null : `${row['replyCode'] as number} ${row['lastReply'] as string}`),
      tls: key('tls'),
    },
  },
  ftp: {
    record: 'ftp',
    explain: (field) =>
      field.startsWith('reply_') ? 'a row has the reply to its command; Zeek the last one before the next command' : null,
    has: (row) => loggedCommands.has(row['command'] as string),
    fields: {
      command: key('command'),
      user: key('user'),
      reply_code: key('replyCode'),
      reply_msg: key('replyText'),
      'data_channel.resp_p': key('dataPort'),
    },
  },
  dhcp: {
    record: 'dhcp',
    fields: {
      mac: key('clientMac'),
      assigned_addr: ip('assignedIp'),
      server_addr: ip('serverIp'),
      requested_addr: ip('requestedIp'),
      host_name: key('hostname'),
      lease_time: key('leaseSeconds'),
    },
  },
  ntp: {
    record: 'ntp',
    fields: { version: key('version'), stratum: key('stratum'), ref_id: key('referenceId') },
  },
  snmp: { record: 'snmp', fields: { version: key('version') } },
  ldap: {
    record: 'ldap',
    has: (row) => !(row['operation'] as string).startsWith('search'),
    fields: {
      message_id: key('messageId'),
      opcode: key('operation'),
      version: key('version'),
      result: key('result'),
      // Zeek writes a NUL as it is, the collection as a question mark.
      diagnostic_message: (row) => (row['diagnostic'] as string | null)?.replaceAll('\\x00', '?'),
      argument: (row) => row['mechanism'] ?? undefined,
    },
  },
  redis: {
    record: 'redis',
    explain: (field, _logRow, row) =>
      field === 'reply.value' && row?.['command'] === 'XRANGE' ? 'lists within a reply are not written' : null,
    fields: {
      'cmd.name': key('command'),
      'cmd.key': key('key'),
      'cmd.value': key('value'),
      success: key('success'),
      'reply.value': key('reply'),
    },
  },
  mysql: {
    record: 'mysql',
    explain: (field) => (field === 'rows' ? 'rows of an answer are counted; Zeek writes the rows that a statement changed' : null),
    fields: { cmd: key('command'), arg: key('argument'), success: key('success'), rows: key('rows'), response: key('response') },
  },
  postgresql: {
    record: 'postgresql',
    fields: {
      frontend: (row) => (row['command'] === 'query' ? 'simple_query' : row['command']),
      frontend_arg: key('argument'),
      user: key('user'),
      database: key('database'),
      application_name: key('application'),
      success: (row) => (row['success'] === null ? null : row['success'] ? 'T' : 'F'),
      rows: key('rows'),
    },
  },
  modbus: {
    record: 'modbus',
    split: (row) => (row['isAnswered'] ? [row, row] : [row]),
    fields: { tid: key('transaction'), unit: key('unit'), func: key('function') },
  },
  dnp3: { record: 'dnp3', fields: { fc_request: key('request'), fc_reply: key('reply'), iin: key('indications') } },
  rdp: {
    record: 'rdp',
    fields: {
      cookie: escaped('cookie'),
      result: (row) => row['result'] ?? 'Success',
      security_protocol: key('selected'),
      client_name: key('clientName'),
      client_channels: key('channels'),
      desktop_width: key('width'),
      desktop_height: key('height'),
      encryption_level: key('encryptionLevel'),
      encryption_method: key('encryptionMethod'),
    },
  },
  mqtt_connect: {
    record: 'mqtt',
    has: (row) => row['type'] === 'connect',
    fields: {
      client_id: key('clientId'),
      proto_version: key('version'),
      connect_status: (row) => (row['reasonCode'] === 0 ? 'Connection Accepted' : row['reasonCode']),
    },
  },
  dce_rpc: {
    record: 'dce_rpc',
    fields: {
      endpoint: key('endpoint'),
      operation: key('operation'),
      named_pipe: escaped('namedPipe'),
      rtt: (row) => (row['rtt'] === null ? null : Number(row['rtt']) / 1e9),
    },
  },
  syslog: {
    record: 'syslog',
    explain: () => 'a message without priority is not known for syslog; Zeek takes all of port 514',
    fields: { facility: key('facility'), severity: key('severity'), message: key('message') },
  },
  tunnel: {
    record: 'tunnel',
    explain: (_field, logRow) => (logRow['action'] === 'Tunnel::CLOSE' ? 'a tunnel is one row; Zeek logs its begin and its end' : null),
    fields: { tunnel_type: (row) => tunnelTypes[row['tunnelType'] as string] },
  },
};
