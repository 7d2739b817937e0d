/** Those who are told: an SMTP server and a syslog daemon of Debian as child processes on free ports, and an HTTP server. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../faults/services.ts';

export async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  await until(`port ${port} answers`, 60_000, async () => {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => null)]).catch(
      () => null,
    );
    socket.destroy();
    return isThere;
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** python3-aiosmtpd, which keeps what it takes in a Maildir. */
export class MailServer {
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.child = child;
    this.folder = folder;
  }

  static async start(folder: string): Promise<MailServer> {
    const port = await freePort();
    const mailbox = join(folder, 'mail');
    const child = spawn('aiosmtpd', ['-n', '-l', `127.0.0.1:${port}`, '-c', 'aiosmtpd.handlers.Mailbox', mailbox], { stdio: 'ignore' });
    await listening(port, child);
    return new MailServer(port, child, mailbox);
  }

  async mails(): Promise<string[]> {
    const names = await readdir(join(this.folder, 'new')).catch(() => []); // made with the first mail
    return Promise.all(names.toSorted().map((name) => readFile(join(this.folder, 'new', name), 'utf8')));
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

/** rsyslog on UDP and TCP; what it understood of RFC 5424 is a JSON line each. */
export class SyslogDaemon {
  readonly udp: number;
  readonly tcp: number;
  private readonly child: ChildProcess;
  private readonly file: string;

  private constructor(udp: number, tcp: number, child: ChildProcess, file: string) {
    this.udp = udp;
    this.tcp = tcp;
    this.child = child;
    this.file = file;
  }

  static async start(folder: string): Promise<SyslogDaemon> {
    const [udp, tcp] = [await freePort(), await freePort()];
    const work = join(folder, 'rsyslog');
    await mkdir(work, { recursive: true });
    const file = join(work, 'lines.json');
    const config = join(work, 'rsyslog.conf');
    const field = (name: string, property: string) =>
      `constant(value="\\"${name}\\":\\"") property(name="${property}" format="json") constant(value="\\"`;
    await writeFile(
      config,
      `global(workDirectory="${work}" maxMessageSize="64k")
module(load="imudp")
module(load="imtcp")
input(type="imudp" address="127.0.0.1" port="${udp}")
input(type="imtcp" address="127.0.0.1" port="${tcp}")
template(name="lines" type="list") {
  constant(value="{") ${field('app', 'app-name')},") ${field('id', 'msgid')},") ${field('severity', 'syslogseverity-text')},")
  ${field('facility', 'syslogfacility-text')},") ${field('version', 'protocol-version')},") ${field('data', 'structured-data')},")
  ${field('time', 'timereported:::date-rfc3339')},") ${field('msg', 'msg')}}\\n")
}
action(type="omfile" file="${file}" template="lines")
`.replaceAll('timereported:::date-rfc3339" format="json"', 'timereported" dateFormat="rfc3339"'),
    );
    const child = spawn('rsyslogd', ['-n', '-i', join(work, 'pid'), '-f', config], { stdio: 'ignore' });
    await listening(tcp, child);
    return new SyslogDaemon(udp, tcp, child, file);
  }

  async lines(): Promise<Record<string, string>[]> {
    const text = await readFile(this.file, 'utf8').catch(() => ''); // made with the first line
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>);
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

export interface Posted {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Takes everything; `answer` says with which status. */
export class WebReceiver {
  readonly posts: Posted[] = [];
  answer: (posted: Posted) => number = () => 204;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(): Promise<WebReceiver> {
    const server = createServer();
    const receiver = new WebReceiver(server);
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
      const posted = { path: request.url!, headers: request.headers, body };
      receiver.posts.push(posted);
      const status = receiver.answer(posted);
      response.writeHead(status, status >= 300 && status < 400 ? { Location: '/elsewhere' } : {}).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  of(path: string): Posted[] {
    return this.posts.filter((posted) => posted.path === path);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }
}
