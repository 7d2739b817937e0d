/** A transport payload in IPv4 fragments, for files that are cut between them. */
import { ethernet, ipv4, type udp } from '@wirecase/testkit/packets';

/** `bytes` a fragment, a multiple of 8. */
export function fragmented(transport: ReturnType<typeof udp>, bytes: number): Uint8Array[] {
  const whole = ipv4({ source: '10.0.0.1', destination: '10.0.0.2' }, transport).subarray(20);
  const frames: Uint8Array[] = [];
  for (let start = 0; start < whole.length; start += bytes) {
    const piece = whole.subarray(start, start + bytes);
    const fields = { source: '10.0.0.1', destination: '10.0.0.2', protocol: 17, id: 7 };
    frames.push(ethernet({}, ipv4({ ...fields, fragmentOffset: start, moreFragments: start + bytes < whole.length }, piece)));
  }
  return frames;
}
