import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';

const largestBytes = 50 * 1024 * 1024;

/** A part's log: appended to, the previous 50 MB kept as `.1`. */
export class LogFile {
  readonly path: string;
  private stream: WriteStream;
  private bytes: number;

  constructor(path: string) {
    this.path = path;
    this.bytes = existsSync(path) ? statSync(path).size : 0;
    this.stream = this.open();
  }

  write(line: string): void {
    if (this.bytes > largestBytes) this.rotate();
    this.bytes += line.length + 1;
    this.stream.write(`${line}\n`);
  }

  end(): void {
    this.stream.end();
  }

  private rotate(): void {
    this.stream.end();
    renameSync(this.path, `${this.path}.1`);
    this.bytes = 0;
    this.stream = this.open();
  }

  private open(): WriteStream {
    const stream = createWriteStream(this.path, { flags: 'a', mode: 0o600 });
    // A full disk must not end the parts that could still free it; the log goes on when there is room.
    stream.on('error', () => undefined);
    return stream;
  }
}
