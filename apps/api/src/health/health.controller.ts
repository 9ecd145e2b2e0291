import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import type { EventStore } from '#event-store';
import type { TimerQueue } from '#job-queue';
import { type CheckpointSchema, readProjections, readReactions } from '#read-store';
import { EVENT_STORE, READ_STORE, TIMER_QUEUE } from '../tokens.js';

type Part = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Reasons name files and addresses: they are for the log. */
const toldToAll = ({ ok }: Part, reason: string): Part =>
  ok ? { ok } : { ok, reason: `${reason} The log tells why.` };

/** Without a key: tells whether, and what does not, but nothing of what is inside. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(READ_STORE) private readonly database: Kysely<CheckpointSchema>,
    @Inject(TIMER_QUEUE) private readonly queue: TimerQueue,
  ) {}

  @Get('live')
  live() {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const [eventStore, readModels, queue] = await Promise.all([
      this.events.health(),
      this.#readModels(),
      this.queue.health(),
    ]);
    const ready = eventStore.ok && readModels.ok && queue.ok;
    if (!ready) void reply.code(503).header('retry-after', '1');
    const parts = {
      eventStore: toldToAll(eventStore, 'The event store cannot be used.'),
      readModels,
      queue: toldToAll(queue, 'The timer queue cannot be used.'),
    };
    return { status: ready ? 'ready' : 'notReady', parts };
  }

  async #readModels(): Promise<Part> {
    try {
      const [projections, reactions] = await Promise.all([
        readProjections(this.database),
        readReactions(this.database),
      ]);
      const troubles = [
        ...projections
          .filter(({ state }) => state === 'stopped' || state === 'building')
          .map(({ name, state }) => `${name} is ${state}`),
        ...reactions.filter(({ reason }) => reason !== null).map(({ name }) => `${name} fails`),
      ];
      return troubles.length === 0 ? { ok: true } : { ok: false, reason: troubles.join('; ') };
    } catch (error) {
      return {
        ok: false,
        reason: `The read models cannot be read (${error instanceof Error ? error.name : 'unknown'}).`,
      };
    }
  }
}
