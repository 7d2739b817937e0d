import type { IncomingMessage, ServerResponse } from 'node:http';

/** For a JSON body, and for any body of who may not send it. */
export const BODY_DEADLINE_MS = 60_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Cuts the connection of a request whose body has not come within `ms`: anybody could hold connections by sending a byte now and then. */
export function bodyDeadline(ms: number) {
  return (request: IncomingMessage, _response: ServerResponse, next: () => void) => {
    timers.set(
      request,
      setTimeout(() => request.socket.destroy(), ms),
    );
    for (const event of ['end', 'close']) request.once(event, () => liftBodyDeadline(request));
    next();
  };
}

/** From here on the body may take as long as it moves: a capture of whoever may send one. */
export function liftBodyDeadline(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}
