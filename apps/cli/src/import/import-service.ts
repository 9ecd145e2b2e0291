import { setTimeout as delay } from 'node:timers/promises';
import { isRecord } from '#bodies';
import { type FieldError, messageOf } from '#kernel';
import type { Ticket } from './ticket.js';
import { UsageError } from '../usage-error.js';

/** What became of a ticket. */
export type Outcome =
  { readonly is: 'imported' | 'there' } | { readonly is: 'rejected'; readonly errors: readonly FieldError[] };

/** An answer to a line, or to all of them. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly replayed?: boolean;
  readonly retryAfter?: number;
}

export interface ServiceAddress {
  readonly url: string;
  readonly key: string;
}

const UNANSWERED: Answer = { status: 503, body: { detail: 'The service did not answer.' } };
const TIMEOUT_MS = 120_000;
/** With the waits in between, a service that restarts or is overloaded is back by then. */
const MOST_ATTEMPTS = 8;
const LONGEST_WAIT_S = 60;

const mayPass = (status: number): boolean => status === 503 || status === 429;

const waitOf = ({ retryAfter }: Answer, attempt: number): number =>
  Math.min(LONGEST_WAIT_S, Math.max(retryAfter ?? 1, attempt > 2 ? 2 ** (attempt - 2) : 0));

/** What a problem says, with the field errors it has. */
const errorsIn = ({ status, body }: Answer): readonly FieldError[] => {
  const { type, detail, errors } = isRecord(body) ? body : {};
  if (Array.isArray(errors) && errors.length > 0) return errors as readonly FieldError[]; // as the service sends them
  const code = typeof type === 'string' ? type.slice(type.lastIndexOf('/') + 1) : String(status);
  if (code === 'idempotency-key-reused')
    return [
      {
        pointer: '#/externalId',
        code: 'imported-otherwise',
        detail: 'This ticket was imported before, with other content, and stays as it is. Go on with it in Ledgerdesk.',
      },
    ];
  return [{ pointer: '#', code, detail: typeof detail === 'string' ? detail : `It was answered with ${status}.` }];
};

const outcomeOf = (answer: Answer): Outcome => {
  if (answer.status < 300) return { is: answer.replayed === true ? 'there' : 'imported' };
  // The same will be said of every other line.
  if (answer.status === 401 || answer.status === 403) throw new UsageError(errorsIn(answer)[0]?.detail ?? 'Refused.');
  return { is: 'rejected', errors: errorsIn(answer) };
};

const tooBusy = ([answer = UNANSWERED]: readonly Answer[]): UsageError =>
  new UsageError(
    `The service takes no tickets at the moment (${errorsIn(answer)[0]?.detail ?? ''}). Run the import again: what is there already stays.`,
  );

const lineOf = (ticket: Ticket, index: number): string =>
  JSON.stringify({ key: `line ${index}`, method: 'POST', path: '/v1/imports', body: ticket });

/** Sends tickets to a running service, a batch at a time. */
export class ImportService {
  constructor(
    private readonly address: ServiceAddress,
    private readonly wait: (ms: number) => Promise<unknown> = delay,
  ) {}

  /**
   * What became of each ticket, in order. What the service had no time for is sent again; that does no harm, since a
   * ticket comes in once.
   * @throws UsageError when nobody answers there, or the key may not import
   */
  async send(tickets: readonly Ticket[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<number, Outcome>();
    let pending = tickets.map((ticket, index) => ({ ticket, index }));
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      const answers = await this.#post(pending.map(({ ticket }) => ticket));
      if (attempt === MOST_ATTEMPTS && answers.every(({ status }) => mayPass(status))) throw tooBusy(answers);
      const again: { ticket: Ticket; index: number; answer: Answer }[] = [];
      for (const [at, { ticket, index }] of pending.entries()) {
        const answer = answers[at] ?? UNANSWERED;
        if (mayPass(answer.status) && attempt < MOST_ATTEMPTS) again.push({ ticket, index, answer });
        else outcomes.set(index, outcomeOf(answer));
      }
      if (again.length > 0) await this.wait(1_000 * Math.max(...again.map(({ answer }) => waitOf(answer, attempt))));
      pending = again;
    }
    return tickets.map((_, index) => outcomes.get(index) ?? outcomeOf(UNANSWERED));
  }

  async #post(tickets: readonly Ticket[]): Promise<readonly Answer[]> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL('/v1/batches', this.address.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${this.address.key}`, 'content-type': 'application/x-ndjson' },
        body: tickets.map(lineOf).join('\n'),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error', // the key is for this address only
      });
      text = await response.text();
    } catch (error) {
      return tickets.map(() => ({ ...UNANSWERED, body: { detail: `${this.address.url}: ${reasonOf(error)}` } }));
    }
    if (response.status === 200) return text.trimEnd().split('\n').map(parsed);
    const retryAfter = Number(response.headers.get('retry-after') ?? 1);
    const whole = { status: response.status, body: parsed(text).body, retryAfter };
    return tickets.map(() => whole);
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);

/** A line of an answer; of a problem, its body. */
const parsed = (text: string): Answer => {
  try {
    const sent: unknown = JSON.parse(text);
    if (!isRecord(sent)) return UNANSWERED;
    const { status, body = sent, replayed, retryAfter } = sent;
    return {
      status: Number(status),
      body,
      replayed: replayed === true,
      ...(typeof retryAfter === 'number' && { retryAfter }),
    };
  } catch {
    return UNANSWERED;
  }
};
