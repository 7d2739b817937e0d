/** Flows that other flows announced, by one of their ends, until they come. */
import type { Expectation } from '@wirecase/contract';

/** Expectations at once; the oldest is forgotten. */
const MAX_EXPECTED = 4096;
/** Nobody rings longer, and FTP's servers give up earlier. Packet time. */
const MAX_AGE_SECONDS = 300;

interface Announced {
  readonly expectation: Expectation;
  readonly seconds: number;
}

export class Expectations {
  private readonly expected = new Map<string, Announced>();
  /** `[port]`: expectations of it, so that flows of other ports need no key. */
  private readonly ofPort = new Uint16Array(65_536);

  /** `seconds`: packet time. */
  add(expectation: Expectation, seconds: number): void {
    const { transport, ip, port } = expectation;
    const key = keyOf(transport, ip, port);
    this.remove(key);
    this.expected.set(key, { expectation, seconds });
    this.ofPort[port]!++;
    if (this.expected.size <= MAX_EXPECTED) return;
    for (const oldest of this.expected.keys()) {
      this.remove(oldest);
      break;
    }
  }

  /** Whether something may be expected at `port`: of most flows, nothing is. */
  has(port: number): boolean {
    return this.ofPort[port]! > 0;
  }

  /**
   * What is expected of a flow that ends there and begins with `bytes[start, end)` at `seconds`; it is then no longer expected. What was
   * announced too long ago is forgotten; what does not take the bytes is expected on.
   */
  take(
    transport: 'tcp' | 'udp',
    ip: Uint8Array,
    port: number,
    seconds: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Expectation | undefined {
    if (!this.has(port)) return undefined;
    const key = keyOf(transport, ip, port);
    const announced = this.expected.get(key);
    if (!announced) return undefined;
    const { expectation } = announced;
    const isOld = seconds - announced.seconds > MAX_AGE_SECONDS;
    if (!isOld && expectation.accepts?.(bytes, start, end) === false) return undefined;
    this.remove(key);
    return isOld ? undefined : expectation;
  }

  private remove(key: string): void {
    const announced = this.expected.get(key);
    if (!announced) return;
    this.expected.delete(key);
    this.ofPort[announced.expectation.port]!--;
  }
}

function keyOf(transport: string, ip: Uint8Array, port: number): string {
  return `${transport} ${ip.join('.')} ${port}`;
}
