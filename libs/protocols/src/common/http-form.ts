/**
 * Logins in forms that a page sends, as application/x-www-form-urlencoded (WHATWG URL 5.1), multipart/form-data (RFC 7578) or JSON: which
 * fields hold the user and the password.
 */
import type { ByteTarget, FileFault } from '@wirecase/contract';
import { ByteBuffer } from './byte-buffer.ts';
import { decodeText } from './text.ts';

/** A longer form is no login. */
const MAX_FORM_BYTES = 8192;
const MAX_FIELDS = 64;
const MAX_VALUE_CHARACTERS = 1024;

/**
 * Names of fields, lower case, without what is neither letter nor digit, of `user[password]` the last part. Passwords end in one of these
 * words (English, German, Spanish, Portuguese, French), as `login_password`, or are called by a short one; users are called so.
 */
const passwordName =
  /(?:password|passwd|passwort|passphrase|passwrd|kennwort|contrasena|senha|motdepasse)$|^(?:j|u|user|login|log|wp|form)?(?:pass|pwd|pw|psw)$/;
const userName =
  /^(?:j|wp|form|login|session|auth|account|acct|member|log)?(?:user|username|userid|uname|usr|login|loginname|loginid|log|email|mail|account|accountname|acct|member|membername|nick|nickname|uid|usuario|benutzer|benutzername|utilisateur)$/;

/** How the fields of a form are written; of multipart what stands between the parts. */
export type FormCoding = 'urlencoded' | 'json' | { readonly boundary: string };

/** Name and value of a field. */
type Field = readonly [string, string];

export interface FormLogin {
  readonly user: string | null;
  readonly secret: string;
}

/** Hands a body on and keeps it while it may be a form with a login. */
export class FormBody implements ByteTarget {
  private readonly inner: ByteTarget | null;
  private readonly coding: FormCoding;
  private kept: ByteBuffer | null = new ByteBuffer(MAX_FORM_BYTES);
  /** What the form shows once it is whole; null when it is not, or shows no password. */
  login: FormLogin | null = null;

  constructor(inner: ByteTarget | null, coding: FormCoding) {
    this.inner = inner;
    this.coding = coding;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.inner?.data(bytes, start, end);
    if (this.kept?.append(bytes, start, end) === false) this.kept = null;
  }

  gap(missing: number): void {
    this.inner?.gap(missing);
    this.kept = null;
  }

  end(fault: FileFault | null): void {
    this.inner?.end(fault);
    if (fault === null && this.kept) this.login = formLogin(fieldsOf(decodeText(this.kept.bytes, 0, this.kept.length), this.coding));
    this.kept = null;
  }
}

/** The coding by the declared type of a body; `null` when it is no form. */
export function formCodingOf(mimeType: string | null, boundary: string | null): FormCoding | null {
  if (mimeType === 'application/x-www-form-urlencoded') return 'urlencoded';
  if (mimeType === 'multipart/form-data' && boundary) return { boundary };
  return mimeType === 'application/json' || mimeType?.endsWith('+json') ? 'json' : null;
}

/** The first field called as a password that is not empty, with the first that is called as a user. */
function formLogin(fields: readonly Field[]): FormLogin | null {
  let user: string | null = null;
  let secret: string | null = null;
  for (const [name, value] of fields) {
    if (value === '') continue;
    const word = wordOf(name);
    if (secret === null && passwordName.test(word)) secret = value;
    else if (user === null && userName.test(word)) user = value;
  }
  return secret === null ? null : { user, secret };
}

function fieldsOf(text: string, coding: FormCoding): Field[] {
  if (coding === 'urlencoded') return urlencodedFields(text);
  return coding === 'json' ? jsonFields(text) : multipartFields(text, coding.boundary);
}

function urlencodedFields(text: string): Field[] {
  return text.split('&', MAX_FIELDS).map((part) => {
    const equals = part.indexOf('=');
    return equals <= 0 ? ['', ''] : [decoded(part.slice(0, equals)), decoded(part.slice(equals + 1))];
  });
}

/** Parts with a name and without the name of a file. */
function multipartFields(text: string, boundary: string): Field[] {
  return text.split(`--${boundary}`, MAX_FIELDS).flatMap((part) => {
    const parts = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n?$/.exec(part);
    const name = parts && /^content-disposition:[^\r\n]*[; ]name="([^"\r\n]*)"/im.exec(parts[1]!);
    return !name || /[; ]filename/i.test(name[0]) ? [] : [[name[1]!, parts[2]!.slice(0, MAX_VALUE_CHARACTERS)]];
  });
}

/** Texts of an object, and of the objects in it, as `{"user": {"email": "a", "password": "b"}}`. */
function jsonFields(text: string): Field[] {
  const fields: Field[] = [];
  for (const [name, value] of entriesOf(parsed(text)))
    for (const [inner, own] of typeof value === 'string' ? [[name, value] as const] : entriesOf(value))
      if (typeof own === 'string' && fields.length < MAX_FIELDS) fields.push([inner, own.slice(0, MAX_VALUE_CHARACTERS)]);
  return fields;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError: it is no JSON.
    return null;
  }
}

function wordOf(name: string): string {
  const last = /\[([^\][]+)\]$/.exec(name)?.[1] ?? name;
  return last.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `a+b%21` -> `a b!`; as it is where that gives no text. */
function decoded(text: string): string {
  const spaced = text.slice(0, MAX_VALUE_CHARACTERS).replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // URIError: the escapes are no UTF-8.
    return spaced;
  }
}
