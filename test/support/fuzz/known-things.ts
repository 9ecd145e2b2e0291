import fc, { type Arbitrary } from 'fast-check';

/** As many of each are kept: few enough that several things happen to one, and the newest, about which most still can. */
const KEPT = 10;

/** What an operation makes. Keys are only known from where they are issued: those of a run's callers are not. */
const MADE: Readonly<Record<string, string>> = {
  'serviceRequests.file': 'request',
  'apiKeys.issue': 'key',
  'apiKeys.rotate': 'key',
  'customers.put': 'customer',
  'policies.put': 'policy',
  'calendars.put': 'calendar',
};

const textIn = (body: unknown, field: string): string | undefined => {
  if (typeof body !== 'object' || body === null || !(field in body)) return undefined;
  const value = (body as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' ? value : undefined;
};

const itemsIn = (body: unknown): readonly unknown[] =>
  typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items) ? body.items : [];

/** What earlier answers named, so that later requests are about things that are there. */
export class KnownThings {
  readonly #known = new Map<string, string[]>();

  add(kind: string, value: string | undefined): void {
    if (value === undefined) return;
    const known = this.#known.get(kind) ?? [];
    this.#known.set(kind, [...known.filter((each) => each !== value), value].slice(-KEPT));
  }

  /** One of them as it is when the value is drawn; `otherwise` as long as there is none. */
  of(kind: string, otherwise: string): Arbitrary<string> {
    return fc.nat({ max: KEPT - 1 }).map((number) => {
      const known = this.#known.get(kind) ?? [];
      return known[number % Math.max(1, known.length)] ?? otherwise;
    });
  }

  /** @param etag the header of the answer */
  learn(operationId: string, body: unknown, etag: string | undefined): void {
    this.add(etag?.startsWith('W/') === true ? 'weak tag' : 'tag', etag);
    this.add('position', textIn(body, 'position'));
    this.add(`cursor of ${operationId}`, textIn(body, 'nextCursor'));
    const made = MADE[operationId];
    if (made !== undefined) this.add(made, textIn(body, 'id'));
    const [, token] = /\/login\?token=(.+)$/.exec(textIn(body, 'url') ?? '') ?? [];
    this.add('token', token);
    if (operationId === 'alerts.list') for (const alert of itemsIn(body)) this.add('alert', textIn(alert, 'id'));
  }
}
