/**
 * The REST API's shapes, shared by the server, the UI and the CLI. Base path `/api/v1`. Times are RFC 3339 UTC with nine digits,
 * byte counts are numbers, ids are text. Errors are problem details (RFC 9457).
 */
import type { CapturedInterface, CaptureOrigin, CaptureSaid, CaptureState, DamagedRange } from './capture.ts';
import type { CredentialKind } from './credential.ts';
import type { Kind } from './field.ts';
import type { LiveSample } from './sensor.ts';

export const apiBase = '/api/v1';

/** What a route may need. A route without one does not build. `public` needs no login. */
export const permissions = [
  'public',
  'session',
  'read:captures',
  'read:flows',
  'read:packets',
  'read:files',
  'read:secrets',
  'read:alerts',
  'ingest',
  'write:captures',
  'write:alerts',
  'write:lists',
  'admin',
] as const;
export type Permission = (typeof permissions)[number];

export const roles = ['viewer', 'analyst', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What each role may do. An API key's scopes are a subset of its owner's permissions. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  viewer: ['session', 'read:captures', 'read:flows', 'read:alerts'],
  analyst: [
    'session',
    'read:captures',
    'read:flows',
    'read:packets',
    'read:files',
    'read:alerts',
    'ingest',
    'write:captures',
    'write:alerts',
    'write:lists',
  ],
  admin: [
    'session',
    'read:captures',
    'read:flows',
    'read:packets',
    'read:files',
    'read:secrets',
    'read:alerts',
    'ingest',
    'write:captures',
    'write:alerts',
    'write:lists',
    'admin',
  ],
};

/** RFC 9457. `code` is the stable name of the error, `position` a character position in the query. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  position?: number;
  errors?: { field: string; message: string }[];
}

/** GET /setup */
export interface SetupStatus {
  /** Whether the first administrator is still to be made. */
  required: boolean;
  version: string;
}
/** POST /setup: makes the first administrator and logs in. Answers 201 Session. */
export interface SetupRequest {
  token: string;
  name: string;
  password: string;
}
/** POST /session. Answers 201 Session and sets the cookie. DELETE /session logs out (204). */
export interface LoginRequest {
  name: string;
  password: string;
}
/** GET /session; 401 when nobody is logged in. */
export interface Session {
  user: User;
  permissions: Permission[];
  /** Send it as `X-Wirecase-CSRF` with every state change made with the cookie. */
  csrfToken: string;
}

export interface User {
  id: string;
  name: string;
  role: Role;
  disabled: boolean;
  createdAt: string;
  lastLoginAt: string | null;
}
/** POST /users (201 User) */
export interface CreateUserRequest {
  name: string;
  password: string;
  role: Role;
}
/** PATCH /users/{id} (200 User); DELETE /users/{id} (204). A changed password or role or `disabled` ends the user's sessions. */
export interface UpdateUserRequest {
  role?: Role;
  disabled?: boolean;
  password?: string;
}
/** PUT /session/password (204): change one's own password. */
export interface ChangePasswordRequest {
  currentPassword: string;
  newPassword: string;
}

export interface ApiKey {
  id: string;
  name: string;
  /** First characters of the key, to tell keys apart. */
  prefix: string;
  scopes: string[];
  /** Networks (`10.0.0.0/8`, `2001:db8::1`) that it may be used from; empty: from everywhere. */
  allowedCidrs: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  owner: string;
}
/** POST /keys (201 CreatedApiKey); GET /keys (own, all for an admin); DELETE /keys/{id} (204). */
export interface CreateApiKeyRequest {
  name: string;
  /** `all` or permissions. */
  scopes: string[];
  allowedCidrs?: string[];
  expiresAt?: string | null;
}
export interface CreatedApiKey extends ApiKey {
  /** The key itself, `wck_…`, shown this once. */
  key: string;
}

/** GET /captures/{id}[?wait=SECONDS] */
export interface Capture {
  id: string;
  /** What the sender called the file; of a capture that came in an archive with others `archive.zip/name in it`. */
  name: string;
  /** Its name in an archive that holds several captures; null for a file that is one. */
  entry: string | null;
  state: CaptureState;
  /** What is being done while parsing: `reading`, `committing` ...; null otherwise. */
  stage: string | null;
  progress: { bytes: number; totalBytes: number; packets: number };
  sha256: string | null;
  /** Bytes of the file as it arrived. */
  size: number;
  origin: CaptureOrigin;
  /** `pcap`, `pcapng` ..., with `+gzip` or `+zstd` when compressed; null until known. */
  format: string | null;
  packets: number | null;
  bytes: number | null;
  flows: number | null;
  alerts: number | null;
  firstTime: string | null;
  lastTime: string | null;
  linkTypes: string[];
  nonFlow: Record<string, number>;
  damaged: DamagedRange[];
  weirds: Record<string, number>;
  /** Packets that the capturing tool said it dropped; null when it said nothing. */
  dropped: number | null;
  interfaces: CapturedInterface[];
  said: CaptureSaid;
  /** Why it failed, and what to do. */
  error: { code: string; title: string; detail: string } | null;
  createdAt: string;
  readyAt: string | null;
  createdBy: string | null;
}

/** POST /captures: 201, or 200 for a file that is already there. The first capture of the file, and all of them: an archive may hold several. */
export interface ReceivedCaptures extends Capture {
  captures: Capture[];
}

/** Which captures: of this origin, in this state, with these characters in the name (in any case). */
export interface CaptureFilter {
  origin?: CaptureOrigin;
  state?: CaptureState;
  name?: string;
}

/**
 * Lists answer a page. `cursor` of the next request is `nextCursor`; null at the end. JSON rows nest the dotted names of the catalogue:
 * `source.ip` -> {"source":{"ip":…}}.
 */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total: { value: number; relation: 'eq' | 'gte' };
  tookMs: number;
  warnings: string[];
}
/** A row as JSON: names nested, addresses and times as text. */
export type JsonRow = { [name: string]: unknown };

/** GET /flows, /alerts, /records/{type}: `q`, `from`, `to`, `capture`, `sensor`, `sort` (`-event.start`), `limit`, `cursor`. Accept: application/x-ndjson or text/csv streams everything. */
export interface SearchParameters {
  q?: string;
  from?: string;
  to?: string;
  capture?: string;
  /** Only what this sensor captured. */
  sensor?: string;
  sort?: string;
  limit?: number;
  cursor?: string;
}

/** GET /flows/histogram?buckets=100 */
export interface Histogram {
  from: string;
  to: string;
  /** Nanoseconds a bucket. */
  intervalNs: number;
  /** Flows that began in each bucket. */
  counts: number[];
  /** Frame bytes of those flows. */
  bytes: number[];
  tookMs: number;
}

/** GET /fields */
export interface FieldInfo {
  record: string;
  name: string;
  label: string;
  kind: Kind;
  doc: string;
  aliases: string[];
}

/** GET /flows/{id}: the flow row and everything said in it. */
export interface FlowDetail {
  flow: JsonRow;
  capture: Capture;
  /** Record rows by record type, e.g. {"dns":[…]}. */
  records: Record<string, JsonRow[]>;
  weirds: JsonRow[];
  alerts: JsonRow[];
}

/** GET /flows/{id}/packets?offset=0&limit=100 */
export interface PacketSummary {
  /** Number in the capture, from 1. */
  number: number;
  time: string;
  /** Seconds since the flow's first packet. */
  relativeSeconds: number;
  direction: 'source' | 'destination' | null;
  /** Frame bytes on the wire, and bytes captured of it. */
  length: number;
  capturedLength: number;
  /** tshark's columns; null when tshark is not available. */
  source: string | null;
  destination: string | null;
  protocol: string | null;
  info: string | null;
}
export interface PacketPage {
  items: PacketSummary[];
  total: number;
  /** Whether the columns come from tshark, and why not if they do not. */
  dissected: boolean;
  warnings: string[];
}

/** POST /credentials/{id}/reveal: what a credential's row leaves out. */
export interface RevealedSecret {
  kind: CredentialKind;
  user: string | null;
  /** As it was sent; of an answer to a challenge in the form that programs for guessing take. Control characters may be in it. */
  secret: string;
}

/** GET /captures/{id}/packets/{number}: one packet, its protocol tree and bytes. */
export interface PacketDetail {
  number: number;
  time: string;
  length: number;
  capturedLength: number;
  /** Captured bytes, base64. */
  bytes: string;
  /** Protocol tree; null when tshark is not available (see warnings). */
  tree: TreeNode[] | null;
  /** Other bytes that nodes of the tree are in: put together of several packets, decrypted or unpacked. */
  sources: DataSource[];
  warnings: string[];
}
export interface DataSource {
  /** In Wireshark's words, as `Reassembled TCP` or `Decrypted TLS`. */
  name: string;
  /** Bytes in all. */
  length: number;
  /** The first MiB of them, base64. */
  bytes: string;
}
export interface TreeNode {
  /** Wireshark field name, e.g. `ip.src`. */
  name: string;
  /** Line shown in the tree. */
  label: string;
  /** Raw value as Wireshark shows it. */
  value: string;
  /** Which bytes it is in: 0 those of the packet, 1 the first of `sources` ... */
  source: number;
  /** Position in them; -1 when it has none (generated), or they are not there. */
  offset: number;
  length: number;
  children: TreeNode[];
}

/** GET and PUT /captures/{id}/key-log: secrets that it was given. */
export interface KeyLog {
  /** TLS, DTLS and QUIC sessions; 0 when it was given none. */
  sessions: number;
  createdAt: string | null;
  createdBy: string | null;
}

/** What people make of an alert. `closed` has a verdict, the others have none. */
export const alertStates = ['new', 'in_progress', 'closed'] as const;
export type AlertState = (typeof alertStates)[number];
export const alertVerdicts = ['true_positive', 'benign_positive', 'false_positive'] as const;
export type AlertVerdict = (typeof alertVerdicts)[number];

/** PATCH /alerts/{id}: what is given changes. A verdict closes the alert; another state takes the verdict back. Answers the alert. */
export interface TriageChange {
  state?: AlertState;
  verdict?: AlertVerdict;
  /** Name of a user who may triage; null: nobody. */
  assignee?: string | null;
  comment?: string;
}
/** PATCH /alerts: the same for many, by ids or by what a search would find. Answers BulkTriageAnswer. */
export interface BulkTriageRequest {
  ids?: string[];
  filter?: Pick<SearchParameters, 'q' | 'from' | 'to' | 'capture' | 'sensor'>;
  change: TriageChange;
}
export interface BulkTriageAnswer {
  /** Alerts that were named or found. */
  found: number;
  /** Those of them that were not so before. */
  changed: number;
}
/** GET /alerts/{id}/history: what was done with the alert, oldest first. Entries are never changed. */
export interface TriageEntry {
  id: string;
  at: string;
  actor: string;
  /** Name of what changed -> what it was and what it became. */
  change: Partial<Record<'state' | 'verdict' | 'assignee', { from: string | null; to: string | null }>>;
  comment: string | null;
}

/** GET /events/stream (server-sent events): `event:` one of these names, `data:` the JSON. */
export interface StreamEvents {
  'capture.updated': Capture;
  'capture.deleted': { id: string };
  'alert.created': JsonRow;
  /** These alerts changed: they go on, or their triage did; of very many alerts no ids are named. */
  'alert.updated': { ids: string[] };
  'sensor.live': LiveSample;
  'sensor.updated': { id: string };
}

/** GET /health/ready: 200 or 503 */
export interface Health {
  status: 'ok' | 'degraded' | 'down';
  version: string;
  checks: Record<string, { status: 'ok' | 'degraded' | 'down'; detail: string }>;
}

/** POST /files/{id}/scan (200 FileScan). */
export interface FileScan {
  /** Names of the rules that match. */
  matches: string[];
}
