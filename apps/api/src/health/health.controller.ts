import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { EventStore } from '#event-store';
import { Followers } from '#following';
import type { TimerQueue } from '#job-queue';
import { withoutCredentials } from '#observability';
import { type CheckpointSchema, readProjections, readReactions } from '#read-store';
import { Drain } from '../http/drain.js';
import { TimerState } from '../timers/timer-state.js';
import { EVENT_STORE, LOG, READ_STORE, TIMER_QUEUE } from '../tokens.js';

type Part = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Reasons name files and addresses: they are for the log. */
const toldToAll = ({ ok }: Part, reason: string): Part =>
  ok ? { ok } : { ok, reason: `${reason} The log tells why.` };

/** Without a key: tells whether, and what does not, but nothing of what is inside. */
@Controller('health')
export class HealthController {
  #logged = '';

  constructor(
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(READ_STORE) private readonly database: Kysely<CheckpointSchema>,
    @Inject(TIMER_QUEUE) private readonly queue: TimerQueue,
    private readonly timerState: TimerState,
    private readonly followers: Followers,
    private readonly drain: Drain,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Ask whether the process answers. */
  @Get('live')
  live() {
    return { status: 'live' };
  }

  /**
   * Ask whether the service can work. Each part tells how it does, and each follower of the event store since when;
   * late timers and followers that fail make it `degraded`, but not unavailable. A reaction that cannot take an event counts
   * as a read model: `notReady`.
   */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    if (this.drain.begun) {
      void reply.code(503);
      return { status: 'stopping' };
    }
    const [eventStore, readModels, queue, timers] = await Promise.all([
      this.events.health(),
      this.#readModels(),
      this.queue.health(),
      this.#timers(),
    ]);
    const ready = eventStore.ok && readModels.ok && queue.ok;
    this.#logChange({ eventStore, readModels, queue, timers });
    if (!ready) void reply.code(503).header('retry-after', '1');
    const parts = {
      eventStore: toldToAll(eventStore, 'The event store cannot be used.'),
      readModels,
      queue: toldToAll(queue, 'The timer queue cannot be used.'),
      timers,
    };
    const followers = this.followers.states;
    if (!ready) return { status: 'notReady', parts, followers };
    const isWhole = timers.ok && followers.every(({ state }) => state === 'following');
    return { status: isWhole ? 'ready' : 'degraded', parts, followers };
  }

  /** Health is asked every few seconds; the same news need not be told again. */
  #logChange(parts: Readonly<Record<string, Part>>): void {
    const troubles = Object.entries(parts).flatMap(([name, part]) => (part.ok ? [] : [`${name}: ${part.reason}`]));
    const news = withoutCredentials(troubles.join('; '));
    if (news === this.#logged) return;
    this.#logged = news;
    if (news === '') this.log.info('Ready again');
    else this.log.warn({ reason: news }, 'Not ready');
  }

  /** Late timers are no reason to send callers elsewhere: nothing is lost, and they would be as late there. */
  async #timers(): Promise<Part> {
    try {
      if (!(await this.timerState.isDegraded())) return { ok: true };
      return {
        ok: false,
        reason: 'Deadlines are past for over a minute and not recorded as missed. See GET /v1/timers.',
      };
    } catch {
      // What the read model suffers from is told as its own part.
      return { ok: true };
    }
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
