import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { EventStore, Position } from '#event-store';
import { Clock, instantToMs } from '#kernel';
import { type CheckpointSchema, type ProjectionRow, readProjections } from '#read-store';
import { EVENT_STORE, READ_STORE } from '../tokens.js';

export type ProjectionView = Awaited<ReturnType<ProjectionViews['all']>>[number];

/** How far each read model is. */
@Injectable()
export class ProjectionViews {
  constructor(
    @Inject(READ_STORE) private readonly database: Kysely<CheckpointSchema>,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  async all() {
    const head = await this.events.head();
    const rows = await readProjections(this.database);
    return Promise.all(rows.map((row) => this.#view(row, head)));
  }

  async #view({ name, version, position, state, reason }: ProjectionRow, head: Position | undefined) {
    const lagEvents = Math.max(0, Number(head ?? 0) - Number(position));
    const [next] = lagEvents === 0 ? [] : await this.events.readAll({ after: position, limit: 1 });
    const lagMs = next === undefined ? 0 : Math.max(0, instantToMs(this.clock.now()) - instantToMs(next.recordedAt));
    return {
      name,
      version,
      position,
      head: head ?? '0',
      lagEvents,
      lagMs,
      state,
      ...(reason === null ? {} : { reason }),
    };
  }
}
