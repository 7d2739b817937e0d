import { WirecaseError } from '@wirecase/contract';

/** Lets a few tasks run at a time and a bounded number wait (RELIABILITY T33); beyond that `tshark.busy`. */
export class Gate {
  readonly #running: number;
  readonly #waiting: number;
  #active = 0;
  readonly #queue: (() => void)[] = [];

  constructor(running: number, waiting: number) {
    this.#running = running;
    this.#waiting = waiting;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#active < this.#running) this.#active++;
    else await this.#turn();
    try {
      return await task();
    } finally {
      // The place goes to the next in line without becoming free in between.
      const next = this.#queue.shift();
      if (next) next();
      else this.#active--;
    }
  }

  #turn(): Promise<void> {
    if (this.#queue.length >= this.#waiting) {
      throw new WirecaseError('tshark.busy', `${this.#waiting} dissections are waiting already; try again in a few seconds.`);
    }
    return new Promise((resolve) => this.#queue.push(resolve));
  }
}
