/** What of Zeek's logs has the same meaning in our records: by log, the record, which of its rows Zeek logs, and field by field how each is said. */
import {
  decoded,
  escaped,
  flag,
  greeting,
  half,
  ip,
  isCut,
  key,
  list,
  loggedCommands,
  ntpModes,
  seconds,
  tlsVersions,
  tunnelTypes,
  zeekTypes,
  type LogRow,
  type Row,
} from './zeek-values.ts';

/** Why a value may differ, by a rule of ours or Zeek's that docs/differences.md names; `row`: ours, if there is one. */
export type Explain = (field: string, logRow: LogRow, row: Row | undefined) => string | null;

export interface LogFields {
  readonly record: string;
  readonly explain?: Explain;
  /** Whether Zeek has a row for this, in a log with the rows `log`. */
  readonly has?: (row: Row, log: readonly LogRow[]) => boolean;
  /** Why there is no row of ours for this one of Zeek's: a rule as above. */
  readonly lacks?: (logRow: LogRow) => string | null;
  /** Rows of Zeek's for one of ours, where it logs request and reply apart. */
  readonly split?: (row: Row) => readonly Row[];
  /** Field of the log -> the same out of our row, as Zeek would write it; `undefined`: not said there. */
  readonly fields: Readonly<Record<string, (row: Row) => unknown>>;
}

export const logFields: Readonly<Record<string, LogFields>> = {
  dns: {
    record: 'dns',
    lacks: (logRow) => (logRow['id.resp_p'] === 137 ? 'NetBIOS names: records of their own' : null),
    explain(field, logRow, row) {
      if (!row && logRow['rcode'] === undefined) return 'a query sent again with its id is one row here';
      if (row && field === 'query' && row['questionName'] === null) return 'a response without question: Zeek takes the name of its answer';
      if (row && field === 'answers')
        return 'data of DNSSEC is written as in master files, SRV with priority, weight and port; Zeek shortens both';
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
      answers: list('answerData'),
      qclass_name: (row) => (row['questionClass'] === 'IN' ? 'C_INTERNET' : row['questionClass']),
      rtt: seconds('rtt'),
    },
  },
  http: {
    record: 'http',
    lacks(logRow) {
      return logRow['method'] === undefined ? 'Zeek logs a body whose head it has not seen' : null;
    },
    explain(field, logRow, row) {
      if (field === 'host') return String(logRow['host']).startsWith(`${String(row?.['urlDomain'])}:`) ? 'the port is in the URL' : null;
      if (field === 'status_code' && logRow['version'] === '0.9') return 'an answer of HTTP/0.9 has no status, for which Zeek writes 0';
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
    lacks: (logRow) => (String(logRow['version']).startsWith('unknown-') ? 'a datagram of a version of QUIC that there is not' : null),
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
      auth_success: key('authSuccess'),
    },
  },
  smtp: {
    record: 'smtp',
    explain(field, logRow, row) {
      if (['from', 'to', 'cc'].includes(field)) return 'an address is without the name before it';
      const isLast = field === 'last_reply' && row && String(row['lastReply']).endsWith(String(logRow[field]).slice(4));
      return isLast ? 'a reply is all of its lines; Zeek takes the last' : null;
    },
    fields: {
      helo: key('helo'),
      mailfrom: key('mailFrom'),
      rcptto: list('recipients'),
      from: key('from'),
      to: list('to'),
      cc: list('cc'),
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
    // Scripts of a run may log others too.
    has: (row, log) => {
      const command = greeting(row['command'], '<init>');
      return loggedCommands.has(command as string) || log.some((logRow) => logRow['command'] === command);
    },
    fields: {
      command: (row) => greeting(row['command'], '<init>'),
      user: (row) => greeting(row['user'], '<unknown>'),
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
    fields: {
      version: key('version'),
      mode: (row) => ntpModes.indexOf(row['mode'] as string),
      stratum: key('stratum'),
      poll: (row) => 2 ** (row['poll'] as number),
      precision: (row) => 2 ** (row['precision'] as number),
      root_delay: seconds('rootDelay'),
      root_disp: seconds('rootDispersion'),
      ref_id: key('referenceId'),
      ref_time: (row) => seconds('referenceTime')(row) ?? 0,
      org_time: (row) => seconds('originTime')(row) ?? 0,
      rec_time: (row) => seconds('receiveTime')(row) ?? 0,
      xmt_time: (row) => seconds('transmitTime')(row) ?? 0,
    },
  },
  kerberos: {
    record: 'kerberos',
    explain(field, _logRow, row) {
      if (field === 'client' && String(row?.['client']).includes('WELLKNOWN:')) return 'the client is that of the reply (RFC 6112)';
      return null;
    },
    fields: {
      request_type: key('requestType'),
      client: key('client'),
      service: key('service'),
      success: key('success'),
      // Zeek writes the words of the KDC where it has some.
      error_msg: (row) => row['errorText'] ?? row['error'],
      cipher: key('encryption'),
      from: seconds('from'),
      till: seconds('till'),
      forwardable: (row) => (row['options'] as string[]).includes('forwardable'),
      renewable: (row) => (row['options'] as string[]).includes('renewable'),
    },
  },
  files: {
    record: 'file',
    lacks: (logRow) => (logRow['parent_fuid'] && !logRow['sha1'] ? 'the text of a mail is in the file of the mail' : null),
    explain(field, _logRow, row) {
      if (field === 'mime_type' && row?.['sniffedType'] === 'text/plain') return 'text is text/plain here; Zeek tells kinds of text';
      if (row?.['mimeType'] === 'multipart/byteranges') return 'an answer of several parts is one file here';
      return null;
    },
    fields: {
      mime_type: (row) => zeekTypes[row['sniffedType'] as string] ?? row['sniffedType'],
      sha1: key('sha1'),
      seen_bytes: (row) => Number(row['size']) - Number(row['missingBytes']),
      source: key('sourceProtocol'),
      filename: key('name'),
      is_orig: (row) => row['direction'] === 'to-responder',
    },
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
    explain(field, logRow, row) {
      const ours = row?.[field === 'reply.value' ? 'reply' : 'value'];
      if (typeof ours === 'string' && isCut(ours, String(logRow[field]))) return 'long values are cut';
      return field === 'reply.value' ? 'lists within a reply are not written' : null;
    },
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
  rfb: {
    record: 'rfb',
    explain: (field, _logRow, row) => (field === 'desktop_name' && row ? "what Apple's servers put before the name is left out" : null),
    fields: {
      server_major_version: (row) => half(row['serverVersion'], 0),
      server_minor_version: (row) => half(row['serverVersion'], 1),
      client_major_version: (row) => half(row['clientVersion'], 0),
      client_minor_version: (row) => half(row['clientVersion'], 1),
      authentication_method: key('security'),
      auth: key('success'),
      share_flag: key('isShared'),
      desktop_name: key('desktop'),
      width: key('width'),
      height: key('height'),
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
      rtt: seconds('rtt'),
    },
  },
  syslog: {
    record: 'syslog',
    explain: () => 'a message without priority is not known for syslog; Zeek takes all of port 514',
    fields: { facility: key('facility'), severity: key('severity'), message: key('message') },
  },
  tunnel: {
    record: 'tunnel',
    lacks: (logRow) => (logRow['action'] === 'Tunnel::CLOSE' ? 'a tunnel is one row; Zeek logs its begin and its end' : null),
    fields: { tunnel_type: (row) => tunnelTypes[row['tunnelType'] as string] },
  },
};
