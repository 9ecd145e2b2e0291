import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { type AlertEvent, alertType } from '#alert';
import { comparePositions, type EventStore, type Position, type RecordedEvent, Waker } from '#event-store';
import type { Scope, TenantId } from '#kernel';
import { VisibleRequests } from '../service-requests/visible-requests.js';
import { EVENT_STORE } from '../tokens.js';

const NAMES: Readonly<Record<AlertEvent['type'], string>> = {
  AlertOpened: 'alert.opened',
  AlertRaised: 'alert.raised',
  AlertAcknowledged: 'alert.acknowledged',
  AlertSnoozed: 'alert.snoozed',
  AlertResolved: 'alert.resolved',
};

/** What is kept at hand for readers that are almost up to date; the others read from the store. */
const KEPT = 1_000;
const PAGE = 500;
/** How soon a reader whose stream ended is to come back. */
const RETRY_MS = 1_000;

interface Message {
  readonly position: Position;
  readonly tenantId: TenantId;
  readonly alertId: string;
  readonly text: string;
}

const messageOf = (event: RecordedEvent): Message => {
  const { position, meta } = event;
  const { type, data } = alertType.codec.decode(event);
  const { alertId, ...facts } = data;
  const state = type === 'AlertOpened' ? { state: 'open' } : {};
  const sent = JSON.stringify({ id: alertId, ...facts, ...state, position });
  return {
    position,
    tenantId: meta.tenantId,
    alertId,
    text: `id: ${position}\nevent: ${NAMES[type]}\ndata: ${sent}\n\n`,
  };
};

/** Alerts as server-sent events. The store is followed once, however many listen; a reader that is behind reads on its own. */
@Injectable()
export class AlertFeed implements BeforeApplicationShutdown {
  readonly #news = new Waker();
  #recent: Message[] = [];
  /** All that happened after this is in `#recent`. */
  #recentAfter: Position = '0';
  #following: Promise<void> | undefined;
  #open = new AbortController();

  constructor(
    @Inject(EVENT_STORE) private readonly events: EventStore,
    private readonly visible: VisibleRequests,
  ) {}

  /**
   * Every message that a caller may see after a position, in order, each once, until aborted or the service stops.
   * @param after absent: from now on
   */
  async *messages(scope: Scope, after: Position | undefined, signal: AbortSignal): AsyncGenerator<string> {
    await (this.#following ??= this.#start());
    const ended = AbortSignal.any([signal, this.#open.signal]);
    let position = after ?? (await this.events.head()) ?? '0';
    // The first message has an id and nothing else: a reader who is cut off before any alert can resume too.
    yield `retry: ${RETRY_MS}\nid: ${position}\n\n`;
    while (!ended.aborted) {
      const { ticket } = this.#news;
      const { messages, reached } = await this.#after(position);
      position = reached;
      const mine = await this.#visibleTo(scope, messages);
      if (mine.length > 0) yield mine.map(({ text }) => text).join('');
      if (messages.length === 0) await this.#news.sleep(ticket, ended);
    }
    if (!signal.aborted) yield `retry: ${RETRY_MS}\n\n`;
  }

  /** Sends those who listen away, for good: to come back, they have to find another process. */
  end(): void {
    this.#open.abort();
  }

  async #visibleTo({ tenantId, seesFraud }: Scope, messages: readonly Message[]): Promise<readonly Message[]> {
    const own = messages.filter((message) => message.tenantId === tenantId);
    if (seesFraud) return own;
    const hidden = await Promise.all(own.map(({ alertId }) => this.visible.isAlertRestricted(tenantId, alertId)));
    return own.filter((_, index) => hidden[index] === false);
  }

  /** Before the server waits for its connections: those that listen never end by themselves. */
  beforeApplicationShutdown(): void {
    this.end();
  }

  async #start(): Promise<void> {
    const open = this.#open;
    this.#recentAfter = (await this.events.head()) ?? '0';
    this.#recent = [];
    // A feed that fails ends its readers, who come back; the next one starts it anew.
    void this.#follow(this.#recentAfter, open.signal).catch(() => {
      this.#following = undefined;
      this.#open = new AbortController();
      open.abort();
    });
  }

  async #follow(after: Position, signal: AbortSignal): Promise<void> {
    for await (const { events } of this.events.subscribe({ after, types: alertType.codec.types, signal })) {
      if (events.length === 0) continue;
      this.#recent.push(...events.map(messageOf));
      const dropped = this.#recent.splice(0, Math.max(0, this.#recent.length - KEPT));
      this.#recentAfter = dropped.at(-1)?.position ?? this.#recentAfter;
      this.#news.wake();
    }
  }

  async #after(position: Position): Promise<{ readonly messages: readonly Message[]; readonly reached: Position }> {
    const from = this.#recentAfter;
    if (comparePositions(position, from) >= 0) {
      const known = this.#recent.findLastIndex((message) => comparePositions(message.position, position) <= 0);
      const messages = this.#recent.slice(known + 1);
      return { messages, reached: messages.at(-1)?.position ?? position };
    }
    const events = await this.events.readAll({ after: position, types: alertType.codec.types, limit: PAGE });
    const last = events.at(-1)?.position ?? position;
    // A page that is not full holds all there was up to where the recent ones begin.
    const reached = events.length < PAGE && comparePositions(last, from) < 0 ? from : last;
    return { messages: events.map(messageOf), reached };
  }
}
