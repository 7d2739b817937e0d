/** Flows that other flows announced, by one of their ends, until they come. */
import type { Expectation } from '@wirecase/contract';

/** Expectations at once; the oldest is forgotten. */
const MAX_EXPECTED = 4096;

export class Expectations {
  private readonly expected = new Map<string, Expectation>();

  add(expectation: Expectation): void {
    const { transport, ip, port } = expectation;
    const key = keyOf(transport, ip, port);
    this.expected.delete(key);
    this.expected.set(key, expectation);
    if (this.expected.size <= MAX_EXPECTED) return;
    for (const oldest of this.expected.keys()) {
      this.expected.delete(oldest);
      break;
    }
  }

  /** Whether nothing is expected: most captures have no such flow at all. */
  get isEmpty(): boolean {
    return this.expected.size === 0;
  }

  /** What is expected of a flow that ends there, which is then no longer expected. */
  take(transport: 'tcp' | 'udp', ip: Uint8Array, port: number): Expectation | undefined {
    const key = keyOf(transport, ip, port);
    const expectation = this.expected.get(key);
    if (expectation) this.expected.delete(key);
    return expectation;
  }
}

function keyOf(transport: string, ip: Uint8Array, port: number): string {
  return `${transport} ${ip.join('.')} ${port}`;
}
