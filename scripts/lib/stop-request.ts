/** The wish to end: a signal, or a part that cannot be kept running. */
export class StopRequest {
  /** Settles when someone wants it to end. */
  readonly requested: Promise<void>;
  private resolve!: () => void;
  private requestedAt = 0;
  /** Called when it is asked for again: end at once. */
  private insist: () => void = () => undefined;

  constructor(signals: readonly NodeJS.Signals[]) {
    this.requested = new Promise((resolve) => (this.resolve = resolve));
    for (const signal of signals) process.on(signal, () => this.onSignal());
  }

  get isRequested(): boolean {
    return this.requestedAt > 0;
  }

  request(): void {
    if (this.isRequested) return;
    this.requestedAt = performance.now();
    this.resolve();
  }

  onInsistence(insist: () => void): void {
    const before = this.insist;
    this.insist = () => {
      before();
      insist();
    };
  }

  /** The result of the work, or nothing as soon as the end is wanted. */
  orWhen<T>(work: Promise<T>): Promise<T | void> {
    return Promise.race([work, this.requested]);
  }

  private onSignal(): void {
    // One Ctrl-C arrives up to three times: from the terminal, from npm and from the first stage.
    const isAnother = this.isRequested && performance.now() - this.requestedAt > 1000;
    if (isAnother) this.insist();
    else this.request();
  }
}
