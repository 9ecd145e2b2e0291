import type { EventStore, RecordedEvent } from '#event-store';
import { type Clock, type CommandId, type CommandMeta, derivedUuid, traceOf } from '#kernel';
import type { ReactionCheckpoint } from '#read-store';
import { settleAsMerged } from '../domain/merge.js';
import type { DuplicateAbsorbed } from '../domain/service-request.events.js';
import type { ServiceRequestStore } from '../service-request.store.js';
import { serviceRequestType } from '../service-request.type.js';

const ABSORBED: DuplicateAbsorbed['type'] = 'DuplicateAbsorbed';

/** Settles the duplicate of a merge whose command did not live to do so; as a rule there is nothing left to do. */
export class FinishMergesReactor {
  constructor(
    private readonly events: EventStore,
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  /** Follows the store until aborted. */
  async run(checkpoint: ReactionCheckpoint, signal: AbortSignal): Promise<void> {
    const after = await checkpoint.load();
    const from = after === undefined ? {} : { after };
    for await (const batch of this.events.subscribe({ ...from, types: [ABSORBED], signal })) {
      for (const event of batch.events) await this.#finish(event);
      await checkpoint.save(batch.position);
    }
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
