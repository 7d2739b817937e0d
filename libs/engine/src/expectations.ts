/** Flows that other flows announced, by one of their ends, until they come. */
import type { Expectation } from '@wirecase/contract';

/** Expectations at once; the oldest is forgotten. */
const MAX_EXPECTED = 4096;

export class Expectations {
  private readonly expected = new Map<string, Expectation>();
  /** `[port]`: expectations of it, so that flows of other ports need no key. */
  private readonly ofPort = new Uint16Array(65_536);

  add(expectation: Expectation): void {
    const { transport, ip, port } = expectation;
    const key = keyOf(transport, ip, port);
    this.remove(key);
    this.expected.set(key, expectation);
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

  /** What is expected of a flow that ends there, which is then no longer expected. */
  take(transport: 'tcp' | 'udp', ip: Uint8Array, port: number): Expectation | undefined {
    return this.has(port) ? this.remove(keyOf(transport, ip, port)) : undefined;
  }

  private remove(key: string): Expectation | undefined {
    const expectation = this.expected.get(key);
    if (!expectation) return undefined;
    this.expected.delete(key);
    this.ofPort[expectation.port]!--;
    return expectation;
  }
}

function keyOf(transport: string, ip: Uint8Array, port: number): string {
  return `${transport} ${ip.join('.')} ${port}`;
}
