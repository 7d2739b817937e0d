/** Which rows of a capture have an indicator of a list: one set join for each field, no row of which leaves PostgreSQL. */

/** Matches that are kept of one indicator in one field of one capture: the first ones. */
export const MOST_MATCHES_KEPT = 1_000;
/** A name has 127 labels at most (RFC 1035, 3.1); what is longer is none. */
const MOST_NAME_CHARACTERS = 255;

interface Comparison {
  /** Of the catalogue, as it is searched. */
  field: string;
  types: readonly string[];
  table: string;
  /** SQL of the value; of arrays one row for each element is made. */
  value: string;
  isArray?: true;
  /** SQL: who of the two the indicator speaks of, and the other; empty where a name says nothing of who answers for it. */
  attacker: string;
  victim: string;
  how: 'address' | 'network' | 'name' | 'text';
}

/** Scheme and host in lower case and without the default port, as in the indicator. */
const url = `lower(regexp_replace(substring(url_full from '^[a-zA-Z]+://[^/?#]*'), ':80$', '')) || coalesce(nullif(substring(url_full from '^[a-zA-Z]+://[^/?#]*([^#]*)'), ''), '/')`;

/** Of a server that a client uses. */
const server = { attacker: 'destination_ip', victim: 'source_ip' };
const address = (field: string, table: string, value: string): Comparison => ({
  ...{ field, types: ['ip'], table, value, how: 'address' },
  ...(value === 'source_ip' ? { attacker: 'source_ip', victim: 'destination_ip' } : server),
});
const network = (field: string, table: string, value: string): Comparison => ({
  ...address(field, table, value),
  ...{ types: ['cidr'], how: 'network' },
});
const name = (field: string, table: string, value: string): Comparison => ({
  ...{ field, types: ['domain'], table, value, how: 'name' },
  ...server,
});
const text = (field: string, type: string, table: string, value: string): Comparison => ({
  ...{ field, types: [type], table, value, how: 'text' },
  ...server,
});
const isUpload = `file_direction = 'to-responder'`;
/** Whoever sends a file is the one that is spoken of. */
const hash = (field: string, type: string, value: string): Comparison => ({
  ...text(field, type, 'file', value),
  attacker: `CASE WHEN ${isUpload} THEN source_ip ELSE destination_ip END`,
  victim: `CASE WHEN ${isUpload} THEN destination_ip ELSE source_ip END`,
});
/** The server that is asked for a name is not the one that has it. */
const asked = { attacker: 'NULL::inet' };
const resolved = { attacker: 'value', isArray: true } as const;

const comparisons: readonly Comparison[] = [
  address('source.ip', 'flow', 'source_ip'),
  network('source.ip', 'flow', 'source_ip'),
  address('destination.ip', 'flow', 'destination_ip'),
  network('destination.ip', 'flow', 'destination_ip'),
  { ...address('dns.resolved_ip', 'dns', 'dns_resolved_ip'), ...resolved },
  { ...network('dns.resolved_ip', 'dns', 'dns_resolved_ip'), ...resolved },
  { ...name('dns.question.name', 'dns', 'dns_question_name'), ...asked },
  name('url.domain', 'http', 'url_domain'),
  name('tls.client.server_name', 'tls', 'tls_client_server_name'),
  name('tls.client.server_name', 'quic', 'tls_client_server_name'),
  text('url.full', 'url', 'http', url),
  hash('file.hash.md5', 'md5', 'file_hash_md5'),
  hash('file.hash.sha1', 'sha1', 'file_hash_sha1'),
  hash('file.hash.sha256', 'sha256', 'file_hash_sha256'),
  text('tls.client.ja3', 'ja3', 'tls', 'tls_client_ja3'),
  text('tls.client.ja3', 'ja3', 'quic', 'tls_client_ja3'),
  text('wirecase.tls.ja4', 'ja4', 'tls', 'tls_ja4'),
  text('wirecase.tls.ja4', 'ja4', 'quic', 'tls_ja4'),
  text('x509.hash.sha1', 'cert-sha1', 'x509', 'x509_hash_sha1'),
  text('x509.hash.sha256', 'cert-sha256', 'x509', 'x509_hash_sha256'),
];

/** Pairs of an indicator and a value that was seen. A name is under each of its suffixes. */
const hits: Readonly<Record<Comparison['how'], (indicators: string) => string>> = {
  // The networks of an address of the lengths that the list has, by equality: "contains" would compare each pair.
  network: (indicators) => `
    SELECT i.id, d.value FROM different d
      JOIN (SELECT DISTINCT family(network) AS family, masklen(network) AS bits FROM (${indicators}) every) lengths ON lengths.family = family(d.value)
      JOIN (${indicators}) i ON i.network = network(set_masklen(d.value, lengths.bits))::inet`,
  address: (indicators) => `
    SELECT i.id, d.value FROM different d JOIN (${indicators}) i ON i.network = d.value`,
  text: (indicators) => `
    SELECT i.id, d.value FROM different d JOIN (${indicators}) i ON i.value = d.value`,
  name: (indicators) => `
    SELECT DISTINCT i.id, d.value FROM different d
      CROSS JOIN LATERAL string_to_array(rtrim(lower(d.value), '.'), '.') AS labels
      CROSS JOIN LATERAL generate_subscripts(labels, 1) AS at
      JOIN (${indicators}) i ON i.value = array_to_string(labels[at:], '.')
     WHERE length(d.value) <= ${MOST_NAME_CHARACTERS}`,
};

/** INSERTs with the parameters list and capture, and the types of indicators that each is about. */
export const matchStatements = comparisons.map((comparison) => ({ types: comparison.types, text: statementOf(comparison) }));

function statementOf({ field, types, table, value, isArray, how, attacker, victim }: Comparison): string {
  const isFlow = table === 'flow';
  const time = isFlow ? 'event_start' : '"timestamp"';
  // The number of a flow's first packet is the second half of its id.
  const packet = isFlow ? `('x' || right(replace(flow_id::text, '-', ''), 16))::bit(64)::bigint` : 'packet_number';
  const columns = [
    'flow_id',
    'source_ip',
    'destination_ip',
    ...(isFlow ? [] : ['packet_number']),
    ...(table === 'file' ? ['file_direction'] : []),
  ];
  const elements = isArray ? `unnest(${value})` : value;
  const indicators = `SELECT * FROM indicator WHERE list_id = $1 AND type IN (${types.map((type) => `'${type}'`).join(', ')})`;
  return `
    INSERT INTO indicator_match
      (list_id, indicator_id, capture_id, flow_id, field, value, time, source_ip, destination_ip, packet, attacker, victim)
    WITH seen AS MATERIALIZED (
      SELECT ${columns.join(', ')}, ${elements} AS value, ${time} AS time FROM "${table}" WHERE capture_id = $2
    ), different AS MATERIALIZED (SELECT DISTINCT value FROM seen WHERE value IS NOT NULL),
    hit AS (${hits[how](indicators)}),
    numbered AS (
      SELECT hit.id, seen.*, row_number() OVER (PARTITION BY hit.id ORDER BY seen.time, seen.flow_id) AS n FROM hit JOIN seen USING (value)
    )
    SELECT $1, id, $2, flow_id, '${field}', left(${how === 'network' || how === 'address' ? 'host(value)' : 'value'}, 2048), time, source_ip, destination_ip,
           ${packet}, ${attacker}, ${victim}
      FROM numbered WHERE n <= ${MOST_MATCHES_KEPT}`;
}
