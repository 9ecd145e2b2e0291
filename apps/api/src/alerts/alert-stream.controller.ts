import { Readable } from 'node:stream';
import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConnectedCallers, type Principal, scopeOf } from '#access';
import { POSITION } from '#bodies';
import { DomainError } from '#kernel';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { AlertFeed } from './alert-feed.js';

/** Below what proxies take for a dead connection. */
const HEARTBEAT_MS = 15_000;

/** Alerts as they happen: a reader who resumes misses nothing and sees nothing twice. */
@Controller('v1/alerts')
export class AlertStreamController {
  constructor(
    private readonly feed: AlertFeed,
    private readonly connected: ConnectedCallers,
  ) {}

  /**
   * Follow alerts live. Server-sent events: `id` is a position, `event` one of `alert.opened`, `alert.raised`,
   * `alert.acknowledged`, `alert.snoozed` and `alert.resolved`, `data` the alert as JSON. Without `Last-Event-ID`
   * the stream begins with what comes next.
   */
  @Get('stream')
  @Needs('alerts.read', { produces: ['text/event-stream'] })
  async stream(
    @Headers('last-event-id') last: string | undefined,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ) {
    if (last && !POSITION.test(last))
      throw new DomainError(
        'invalid',
        'last-event-id-invalid',
        'Last-Event-ID takes the id of an event of this stream.',
      );
    // Gone while the read models were waited for: nothing would ever end what is begun here.
    if (reply.raw.destroyed) return;
    const closed = new AbortController();
    const messages = this.feed.messages(scopeOf(caller), last === '' ? undefined : last, closed.signal);
    const body = Readable.from(messages, { objectMode: false, highWaterMark: 64 * 1024 });
    const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), HEARTBEAT_MS);
    const unwatch = this.connected.watch(caller, () => closed.abort());
    reply.raw.on('close', () => {
      unwatch();
      clearInterval(heartbeat);
      closed.abort();
    });
    await reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(body);
  }
}
