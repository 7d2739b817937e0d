/** Standard output, gathered into large writes. A reader that goes away (`| head`) ends the program quietly. */
import { writeSync } from 'node:fs';

const flushCharacters = 256 * 1024;

export class Output {
  private text = '';
  private readonly fd: number;

  constructor(fd = 1) {
    this.fd = fd;
  }

  line(line: string): void {
    this.text += line + '\n';
    if (this.text.length >= flushCharacters) this.flush();
  }

  /** Write what was gathered. Waits for a slow reader, so that memory does not grow. */
  flush(): void {
    const bytes = Buffer.from(this.text, 'utf8');
    this.text = '';
    for (let at = 0; at < bytes.length;) at += this.write(bytes, at);
  }

  private write(bytes: Buffer, at: number): number {
    try {
      return writeSync(this.fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      // A pipe that is full and does not block: try again a little later.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      return 0;
    }
  }
}
