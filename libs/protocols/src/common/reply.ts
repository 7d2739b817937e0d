/** Replies of SMTP (RFC 5321 4.2) and FTP (RFC 959 4.2): three digits and text, over several lines. */

/** Characters kept of a reply's text. */
const MAX_TEXT_CHARACTERS = 1024;

export interface Reply {
  code: number;
  /** Lines joined by a space. */
  text: string;
}

export class ReplyReader {
  private code: number | null = null;
  private text = '';

  /**
   * Take one line. Returns the reply when the line ends one, else `null`: `220-x` begins one, which goes on to the line `220 y`;
   * lines between may be anything.
   */
  take(line: string): Reply | null {
    const parts = /^([1-6]\d\d)(?:([ -])(.*))?$/.exec(line);
    const code = parts ? Number(parts[1]) : null;
    if (this.code === null && code === null) return null;
    this.add(parts && (this.code === null || this.code === code) ? (parts[3] ?? '') : line.trim());
    if (code === null || parts![2] === '-' || (this.code !== null && this.code !== code)) {
      this.code ??= code;
      return null;
    }
    const reply = { code, text: this.text };
    this.forget();
    return reply;
  }

  forget(): void {
    this.code = null;
    this.text = '';
  }

  private add(line: string): void {
    if (this.text.length >= MAX_TEXT_CHARACTERS) return;
    this.text = (this.text === '' ? line : `${this.text} ${line}`).slice(0, MAX_TEXT_CHARACTERS);
  }
}
