/** Captures of port scans, of which every alert is known. */
import { concatenate, PacketScript, Pcapng, text, udp } from '@wirecase/testkit/packets';

/** `scanner` is refused at 200 ports of 10.0.0.2: one alert. `second`: when it begins, which makes each capture another. */
export function scanOf(scanner: string, second = 0): Uint8Array {
  const script = new PacketScript();
  script.at(second);
  for (let port = 1; port <= 200; port++) script.tcp(scanner, '10.0.0.2', port, 50_000).syn().rst('b');
  return script.capture();
}

/**
 * 10.9.9.1 is refused at 200 ports of 10.0.0.2. Of two connections of 10.0.0.3 with 10.0.0.2 in the next minute the answers are missing;
 * it gets an answer to one of four questions. Three packets were dropped.
 */
export function lossyScan(): Uint8Array {
  const script = new PacketScript();
  for (let port = 1; port <= 200; port++) script.tcp('10.9.9.1', '10.0.0.2', port, 50_000).syn().rst('b');
  script.at(60);
  for (const port of [1, 2])
    script
      .tcp('10.0.0.3', '10.0.0.2', 80, 40_000 + port)
      .syn()
      .ack('a')
      .send('a', 'GET')
      .fin('a');
  for (let i = 0; i < 4; i++) script.udp('10.0.0.3', '10.0.0.53', 53, text('who?'), 40_000 + i);
  script.ip('10.0.0.53', '10.0.0.3', udp({ sourcePort: 53, destinationPort: 40_000 }, text('this')));
  const file = new Pcapng();
  const { order } = file;
  const packets = script.frames.map(({ seconds, nanos, data }) =>
    file.packet(0, BigInt(seconds) * 1_000_000n + BigInt(Math.floor(nanos / 1000)), data),
  );
  return concatenate(file.section(), file.interface(), ...packets, file.statistics(0, [[5, order.u64(3n)]]));
}
