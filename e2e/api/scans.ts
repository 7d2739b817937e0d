/** Captures of port scans, of which every alert is known. */
import { PacketScript } from '@wirecase/testkit/packets';

/** `scanner` is refused at 200 ports of 10.0.0.2: one alert. `second`: when it begins, which makes each capture another. */
export function scanOf(scanner: string, second = 0): Uint8Array {
  const script = new PacketScript();
  script.at(second);
  for (let port = 1; port <= 200; port++) script.tcp(scanner, '10.0.0.2', port, 50_000).syn().rst('b');
  return script.capture();
}
