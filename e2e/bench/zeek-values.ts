/** Values of our records as Zeek writes them, and what it calls them. */
import { formatIp } from '@wirecase/contract';

/** A row of ours, by the keys of its record type. */
export type Row = Readonly<Record<string, unknown>>;
/** A row of a log of Zeek's, as JSON has it. */
export type LogRow = Readonly<Record<string, unknown>>;

export const key =
  (name: string) =>
  (row: Row): unknown =>
    row[name];
export const flag = (letter: string) => (row: Row) => (row['headerFlags'] as string[]).includes(letter);
export const ip = (name: string) => (row: Row) => (row[name] ? formatIp(row[name] as Uint8Array) : null);
export const list = (name: string) => (row: Row) => ((row[name] as unknown[]).length > 0 ? row[name] : null);
/** `%2F` as `/`; as it is where that is no UTF-8. */
export function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

export const ntpModes = ['reserved', 'symmetric active', 'symmetric passive', 'client', 'server', 'broadcast'];
/** A time or duration of ours as Zeek's. */
export const seconds = (name: string) => (row: Row) => (row[name] === null ? null : Number(row[name] as bigint) / 1e9);

/** Values are cut at 256 characters here, by Zeek at 250. */
export const isCut = (ours: string, theirs: string): boolean => theirs.length >= 250 && ours.startsWith(theirs.slice(0, 250));

/** Zeek writes a backslash of the packet as two. */
export const escaped = (name: string) => (row: Row) => (row[name] as string | null)?.replaceAll('\\', '\\\\');

/** FTP commands that Zeek logs unless told otherwise. */
export const loggedCommands = new Set(['APPE', 'DELE', 'RETR', 'STOR', 'STOU', 'ACCT', 'PORT', 'PASV', 'EPRT', 'EPSV']);
/** The server's greeting is of no command. */
export const greeting = (value: unknown, words: string): unknown => value ?? words;
/** Of `003.008`. */
export const half = (version: unknown, i: number): unknown => (version === null ? null : (version as string).split('.')[i]);
export const tlsVersions: Readonly<Record<string, string>> = {
  '3.0': 'SSLv3',
  '1.0': 'TLSv10',
  '1.1': 'TLSv11',
  '1.2': 'TLSv12',
  '1.3': 'TLSv13',
};

/** Names that Zeek has for types which IANA or shared-mime-info call otherwise. */
export const zeekTypes: Readonly<Record<string, string>> = {
  'application/json': 'text/json',
  'application/gzip': 'application/x-gzip',
  'application/rtf': 'text/rtf',
  'application/vnd.microsoft.portable-executable': 'application/x-dosexec',
  'application/x-executable-script': 'text/x-shellscript',
  'application/x-ole-storage': 'application/msword',
};
export const tunnelTypes: Readonly<Record<string, string>> = { gre: 'Tunnel::GRE', gtpu: 'Tunnel::GTPv1' };
