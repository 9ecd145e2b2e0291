export type Send = (request: Request) => Promise<Response>;

/** Waits so many milliseconds, less when aborted. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/** Over 12 s where nobody listens: longer than a restart takes. */
const ATTEMPTS = 7;
const FIRST_PAUSE_MS = 200;
/** Busy for a moment: nothing was done, or the key tells whether it was. */
const PASSING = new Set([429, 503]);

const pauseMs = (attempt: number, response?: Response): number => {
  const asked = Number(response?.headers.get('retry-after') ?? NaN) * 1_000;
  return Number.isFinite(asked) ? asked : FIRST_PAUSE_MS * 2 ** (attempt - 1);
};

/**
 * Sends until there is an answer: again after a failure of the network, and after what `Retry-After` asks for. Every
 * command has an `Idempotency-Key`, the caller's or one made here, so that it takes effect once however often it is sent.
 */
export const steadyFetch =
  (send: Send, pause: Wait = wait): Send =>
  async (request) => {
    if (request.method !== 'GET' && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID());
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === ATTEMPTS;
      let response: Response | undefined;
      try {
        response = await send(request.clone());
        if (isLast || !PASSING.has(response.status)) return response;
      } catch (error) {
        if (isLast || request.signal.aborted) throw error;
      }
      // Unread, it would keep its connection.
      await response?.body?.cancel();
      await pause(pauseMs(attempt, response), request.signal);
    }
  };
