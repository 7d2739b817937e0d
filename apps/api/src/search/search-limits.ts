import { Injectable } from '@nestjs/common';
import { WirecaseError } from '@wirecase/contract';

/** Searches and exports one user or key may have running (RELIABILITY A14). */
const PER_PRINCIPAL = 4;

/** Keeps one caller from taking every database connection: beyond a few at once the answer is 429. */
@Injectable()
export class SearchLimits {
  private readonly active = new Map<string, number>();

  get running(): number {
    return [...this.active.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Take a place, or throw `request.too-many`. The function given back leaves it and may be called again. */
  enter(name: string): () => void {
    const count = this.active.get(name) ?? 0;
    if (count >= PER_PRINCIPAL) {
      throw new WirecaseError('request.too-many', `${PER_PRINCIPAL} searches of yours are running; wait for one to end.`);
    }
    this.active.set(name, count + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = this.active.get(name)! - 1;
      if (rest > 0) this.active.set(name, rest);
      else this.active.delete(name);
    };
  }
}
