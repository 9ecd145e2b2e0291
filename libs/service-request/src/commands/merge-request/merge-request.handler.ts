import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Snapshot } from '#aggregates';
import {
  Clock,
  type CommandId,
  type CommandMeta,
  derivedUuid,
  type Instant,
  type RequestId,
  wrongFields,
} from '#kernel';
import { absorbDuplicate, hasStanding, settleAsMerged } from '../../domain/merge.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { resumeClock } from '../../domain/resume-clock.js';
import { type FiledRequest, notFiled, type ServiceRequest } from '../../domain/service-request.state.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { MergeRequestCommand } from './merge-request.command.js';

/**
 * Two streams, so two appends: first the survivor takes over, then the duplicate is settled. What a crash leaves between
 * them is finished by a reaction to the first. A duplicate whose clock stands runs again before both: what it waited for
 * ends with it, and what it is owed has a due time to hand over.
 */
@CommandHandler(MergeRequestCommand)
export class MergeRequestHandler implements ICommandHandler<MergeRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
  ) {}

  async execute({ requestId, input: { into }, meta, ifRevision }: MergeRequestCommand) {
    const reaches = ({ revision }: Snapshot<unknown>): boolean =>
      typeof ifRevision !== 'bigint' || revision >= ifRevision;
    const found = await this.requests.find(meta.tenantId, requestId, reaches);
    const duplicate = mustBeFiled(found?.state ?? notFiled);
    const isAsked = typeof ifRevision !== 'bigint' || ifRevision === found?.revision; // if not, settling refuses it below
    const ran = duplicate.mergedInto === undefined && isAsked ? await this.#absorb(duplicate, into, meta) : undefined;
    return this.requests.change(
      requestId,
      meta,
      (request) => settleAsMerged({ into, now: this.clock.now() }, request),
      { ifRevision: ran === undefined ? ifRevision : ran.revision },
    );
  }

  /** @returns the duplicate, if it had to run again first */
  async #absorb(
    duplicate: FiledRequest,
    into: RequestId,
    { fingerprint: _, ...meta }: CommandMeta,
  ): Promise<Snapshot<ServiceRequest> | undefined> {
    const survivor = await this.requests.find(meta.tenantId, into);
    if (survivor === undefined)
      throw wrongFields([
        { pointer: '#/into', code: 'unknown-service-request', detail: 'There is no request with this id.' },
      ]);
    const now = this.clock.now();
    absorbDuplicate({ duplicate, now }, survivor.state); // a refusal comes before anything is recorded
    const ran = hasStanding(duplicate) ? await this.#runAgain(duplicate, now, meta) : undefined;
    // The key belongs to the duplicate's stream; on the survivor's the duplicate itself makes sure it happens once.
    const absorbing = { ...meta, commandId: derivedUuid('absorb', meta.commandId) as CommandId };
    const handedOver = ran === undefined ? duplicate : mustBeFiled(ran.state);
    await this.requests.change(into, absorbing, (request) =>
      absorbDuplicate({ duplicate: handedOver, now: this.clock.now() }, request),
    );
    return ran;
  }

  #runAgain({ requestId }: FiledRequest, now: Instant, meta: CommandMeta): Promise<Snapshot<ServiceRequest>> {
    const resuming = { ...meta, commandId: derivedUuid('run-again', meta.commandId) as CommandId };
    return this.requests.change(requestId, resuming, async (request) => {
      const filed = mustBeFiled(request);
      if (!hasStanding(filed)) return [];
      return resumeClock({ now }, await this.pinned.asPromised(meta.tenantId, filed), filed);
    });
  }
}
