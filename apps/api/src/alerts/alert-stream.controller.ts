import { Readable } from 'node:stream';
import { Controller, Get, Headers, Inject, type OnApplicationShutdown, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Principal } from '#access';
import { type AlertEvent, alertType } from '#alert';
import type { EventStore, Position, RecordedEvent } from '#event-store';
import { DomainError, type TenantId } from '#kernel';
import { Caller } from '../http/meta.decorator.js';
import { EVENT_STORE } from '../tokens.js';

const NAMES: Readonly<Record<AlertEvent['type'], string>> = {
  AlertOpened: 'alert.opened',
  AlertAcknowledged: 'alert.acknowledged',
  AlertSnoozed: 'alert.snoozed',
};

/** Below what proxies take for a dead connection. */
const HEARTBEAT_MS = 15_000;

const message = (event: RecordedEvent): string => {
  const { type, data } = alertType.codec.decode(event);
  const { alertId, ...facts } = data;
  const state = type === 'AlertOpened' ? { state: 'open' } : {};
  return `id: ${event.position}\nevent: ${NAMES[type]}\ndata: ${JSON.stringify({ id: alertId, ...facts, ...state, position: event.position })}\n\n`;
};

/** Alerts as they happen: read from the store itself, so a reader who resumes misses nothing and sees nothing twice. */
@Controller('v1/alerts')
export class AlertStreamController implements OnApplicationShutdown {
  readonly #open = new Set<AbortController>();

  constructor(@Inject(EVENT_STORE) private readonly events: EventStore) {}

  @Get('stream')
  @RouteConfig({ produces: ['text/event-stream'] })
  async stream(
    @Headers('last-event-id') last: string | undefined,
    @Caller() { tenantId }: Principal,
    @Res() reply: FastifyReply,
  ) {
    const after = await this.#startOf(last);
    const closed = new AbortController();
    this.#open.add(closed);
    const body = Readable.from(this.#messages(tenantId, after, closed.signal), {
      objectMode: false,
      highWaterMark: 64 * 1024,
    });
    const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), HEARTBEAT_MS);
    reply.raw.on('close', () => {
      clearInterval(heartbeat);
      closed.abort();
      this.#open.delete(closed);
    });
    await reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(body);
  }

  onApplicationShutdown(): void {
    for (const closed of this.#open) closed.abort();
  }

  async #startOf(last: string | undefined): Promise<Position> {
    if (last === undefined || last === '') return (await this.events.head()) ?? '0';
    if (/^\d{1,20}(?:\.\d{1,20})?$/.test(last)) return last;
    throw new DomainError('invalid', 'last-event-id-invalid', 'Last-Event-ID takes the id of an event of this stream.');
  }

  /** The first message has an id and nothing else: a reader who is cut off before any alert can resume too. */
  async *#messages(tenantId: TenantId, after: Position, signal: AbortSignal): AsyncGenerator<string> {
    yield `retry: 1000\nid: ${after}\n\n`;
    for await (const { events } of this.events.subscribe({ after, types: alertType.codec.types, signal })) {
      const mine = events.filter(({ meta }) => meta.tenantId === tenantId);
      if (mine.length > 0) yield mine.map(message).join('');
    }
  }
}
