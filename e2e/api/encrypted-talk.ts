/** An encrypted conversation, made by real TLS without a network. */
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect, createServer } from 'node:tls';
import { PacketScript } from '@wirecase/testkit/packets';

/** What the client asks for. */
export const request = 'GET /secret HTTP/1.1\r\nHost: www.example\r\n\r\n';

/** One end of a connection without a network; what it sends is told. */
class End extends Duplex {
  other: End | undefined;
  private readonly told: (bytes: Buffer) => void;

  constructor(told: (bytes: Buffer) => void) {
    super();
    this.told = told;
  }

  override _read(): void {
    // What comes is pushed by the other end.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.told(Buffer.from(bytes));
    this.other!.push(bytes);
    done();
  }
}

/** A real TLS session in which a client says `request`, as a capture, and what its library logged of the keys. */
export async function encryptedTalk(): Promise<{ capture: Uint8Array; keyLog: string }> {
  const said: { side: 'a' | 'b'; bytes: Buffer }[] = [];
  const client = new End((bytes) => said.push({ side: 'a', bytes }));
  const server = new End((bytes) => said.push({ side: 'b', bytes }));
  [client.other, server.other] = [server, client];
  const psk = Buffer.alloc(16, 7);
  const ciphers = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' } as const;
  const listening = createServer({ ...ciphers, pskCallback: () => psk });
  listening.emit('connection', server);
  const socket = connect({
    ...ciphers,
    socket: client,
    pskCallback: () => ({ psk, identity: 'one' }),
    checkServerIdentity: () => undefined,
  });
  let keyLog = '';
  socket.on('keylog', (line) => (keyLog += line.toString()));
  const [served] = await Promise.all([once(listening, 'secureConnection'), once(socket, 'secureConnect')]);
  socket.write(request);
  await once(served[0] as Duplex, 'data');
  const script = new PacketScript();
  const talk = script.tcp('10.0.0.1', '198.51.100.1', 443, 40_001).syn().synAck().ack('a');
  for (const { side, bytes } of said) talk.send(side, bytes);
  talk.fin('a').fin('b').ack('a');
  socket.destroy();
  return { capture: script.capture(), keyLog };
}
