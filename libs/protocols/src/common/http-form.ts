/** Logins in forms that a page sends (application/x-www-form-urlencoded, WHATWG URL 5.1): which fields hold the user and the password. */
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

export interface FormLogin {
  readonly user: string | null;
  readonly secret: string;
}

/** Hands a body on and keeps it while it may be a form with a login. */
export class FormBody implements ByteTarget {
  private readonly inner: ByteTarget | null;
  private kept: ByteBuffer | null = new ByteBuffer(MAX_FORM_BYTES);
  /** What the form shows once it is whole; null when it is not, or shows no password. */
  login: FormLogin | null = null;

  constructor(inner: ByteTarget | null) {
    this.inner = inner;
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
    if (fault === null && this.kept) this.login = formLogin(decodeText(this.kept.bytes, 0, this.kept.length));
    this.kept = null;
  }
}

/** The first field called as a password that is not empty, with the first that is called as a user. */
export function formLogin(text: string): FormLogin | null {
  let user: string | null = null;
  let secret: string | null = null;
  for (const part of text.split('&', MAX_FIELDS)) {
    const equals = part.indexOf('=');
    if (equals <= 0 || equals === part.length - 1) continue;
    const name = wordOf(decoded(part.slice(0, equals)));
    if (secret === null && passwordName.test(name)) secret = decoded(part.slice(equals + 1));
    else if (user === null && userName.test(name)) user = decoded(part.slice(equals + 1));
  }
  return secret === null ? null : { user, secret };
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
