import type { AnswerChecks } from '../answer-checks.js';
import type { KnownThings } from './known-things.js';
import type { FuzzRequest } from './requests.js';
import { faultOf } from './verdicts.js';
import { curlOf, type Received, type Wire } from './wire.js';

/** As much of an answer, or of a request, as helps. */
const TOLD = 2_000;

const countIn = <Key>(counts: Map<Key, number>, key: Key): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** What two answers have in common that are wrong for one reason, as far as a text tells. */
const kindOf = ({ operation, url }: FuzzRequest, fault: string): string =>
  `${operation.id} ${fault
    .replaceAll(url, '')
    .replace(/[0-9a-f-]{8,}|\d+/g, '')
    .slice(0, 80)}`;

/** Sends the requests of one run, learns from the answers, and keeps what is wrong with them: each kind once. */
export class FuzzRun {
  readonly faults = new Map<string, string>();
  readonly statuses = new Map<number, number>();
  /** Requests as described, of those who may, that were refused for their fields: what the document does not say. */
  readonly unsaid = new Map<string, number>();
  /** Operations that did what they are for. */
  readonly served = new Set<string>();
  readonly sent = new Map<string, number>();
  #requests = 0;

  constructor(
    private readonly seed: number,
    private readonly wire: Wire,
    private readonly checks: AnswerChecks,
    private readonly known: KnownThings,
  ) {}

  async send(request: FuzzRequest): Promise<void> {
    this.#requests += 1;
    countIn(this.sent, request.operation.id);
    let fault: string | undefined;
    try {
      const answer = await this.wire.send(request);
      fault = faultOf(this.checks, request, answer);
      this.#note(request, answer);
    } catch (error) {
      fault = String(error);
    }
    if (fault === undefined) return;
    const kind = kindOf(request, fault);
    if (!this.faults.has(kind)) this.faults.set(kind, this.#told(request, fault));
  }

  #told(request: FuzzRequest, fault: string): string {
    const { caller, broken } = request;
    const what = `Request ${this.#requests} of seed ${this.seed}, by ${caller.name}, broken: ${broken.join() || 'nothing'}`;
    return [
      what,
      fault.replaceAll(request.url, request.url.slice(0, 300)).slice(0, TOLD),
      curlOf(request).slice(0, TOLD),
    ].join('\n  ');
  }

  #note({ operation, broken, method, headers }: FuzzRequest, answer: Received): void {
    const { statusCode, body } = answer;
    countIn(this.statuses, statusCode);
    if (statusCode === 422 && broken.length === 0)
      for (const [, pointer = '', code = ''] of body.matchAll(/"pointer":"([^"]+)".*?"code":"([^"]+)"/g))
        countIn(this.unsaid, `${operation.id} ${pointer.replace(/\d+/g, '*')} ${code}`);
    if (statusCode >= 400 || method !== operation.method) return;
    this.served.add(operation.id);
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    const etag = answer.headers['etag'];
    this.known.learn(operation.id, isJson ? JSON.parse(body) : undefined, typeof etag === 'string' ? etag : undefined);
    for (const [name, value] of headers) if (name === 'Idempotency-Key') this.known.add('idempotency', value);
  }
}
