import type { RecordedEvent } from '#event-store';
import { type Clock, type CommandId, type CommandMeta, derivedUuid, traceOf } from '#kernel';
import { settleAsMerged } from '../domain/merge.js';
import type { DuplicateAbsorbed } from '../domain/service-request.events.js';
import type { ServiceRequestStore } from '../service-request.store.js';
import { serviceRequestType } from '../service-request.type.js';

const ABSORBED: DuplicateAbsorbed['type'] = 'DuplicateAbsorbed';

/** Settles the duplicate of a merge whose command did not live to do so; as a rule there is nothing left to do. */
export class FinishMergesReactor {
  readonly name = 'finish-merges';
  readonly types = [ABSORBED];

  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  /** Delivered twice, an event has no further effect. */
  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) await this.#finish(event);
  }

  async #finish(recorded: RecordedEvent): Promise<void> {
    const event = serviceRequestType.codec.decode(recorded);
    if (event.type !== ABSORBED) return;
    const { duplicateId, requestId: into } = event.data;
    const { tenantId, correlationId } = recorded.meta;
    const meta: CommandMeta = {
      commandId: derivedUuid('finish-merge', recorded.id) as CommandId,
      correlationId,
      causationId: recorded.id,
      ...traceOf(recorded.meta),
      tenantId,
      actor: { id: 'finish-merges', role: 'system', kind: 'system' },
    };
    await this.requests.change(duplicateId, meta, (duplicate) =>
      duplicate.status === 'notFiled' || duplicate.mergedInto !== undefined
        ? []
        : settleAsMerged({ into, now: this.clock.now() }, duplicate),
    );
  }
}
