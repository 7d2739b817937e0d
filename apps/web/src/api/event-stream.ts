import { DestroyRef, Service, inject, signal } from '@angular/core';
import type { StreamEvents } from '@wirecase/contract';
import { url } from './http.ts';

/** What keeps a page fresh: pushed events, or the advice to ask again because pushing does not work. */
export type Listener = { [Name in keyof StreamEvents]?: (data: StreamEvents[Name]) => void };

const eventNames = [
  'capture.updated',
  'capture.deleted',
  'alert.created',
  'alert.updated',
  'sensor.live',
  'sensor.updated',
] as const satisfies readonly (keyof StreamEvents)[];
const retryMs = 5000;

/**
 * The server-sent events, one connection for the whole page, open while someone is logged in. `connected` is false while it is broken;
 * whoever shows live data polls then.
 */
@Service()
export class EventStream {
  readonly connected = signal(false);
  /** Counts successful (re)connections: what was missed in between must be asked for. */
  readonly connections = signal(0);
  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<Listener>();

  constructor() {
    inject(DestroyRef).onDestroy(() => this.close());
  }

  open(): void {
    this.close();
    const source = new EventSource(url('/events/stream'));
    this.source = source;
    source.onopen = () => {
      this.connected.set(true);
      this.connections.update((count) => count + 1);
    };
    source.onerror = () => {
      this.connected.set(false);
      // The browser retries a cut connection by itself, but gives up after an error status.
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.open(), retryMs);
    };
    for (const name of eventNames) source.addEventListener(name, (event) => this.deliver(name, event as MessageEvent<string>));
  }

  close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
    this.connected.set(false);
  }

  /** Returns how to stop listening. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private deliver<Name extends keyof StreamEvents>(name: Name, event: MessageEvent<string>): void {
    const data = JSON.parse(event.data) as StreamEvents[Name];
    for (const listener of this.listeners) listener[name]?.(data);
  }
}
