import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Snapshot } from '#aggregates';
import { Clock, type CommandId, type CommandMeta, derivedUuid, type RequestId, wrongFields } from '#kernel';
import { absorbDuplicate, settleAsMerged } from '../../domain/merge.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { type FiledRequest, notFiled } from '../../domain/service-request.state.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { MergeRequestCommand } from './merge-request.command.js';

/**
 * Two streams, so two appends: first the survivor takes over, then the duplicate is settled. What a crash leaves between
 * them is finished by a reaction to the first.
 */
@CommandHandler(MergeRequestCommand)
export class MergeRequestHandler implements ICommandHandler<MergeRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  async execute({ requestId, input: { into }, meta, ifRevision }: MergeRequestCommand) {
    const reaches = ({ revision }: Snapshot<unknown>): boolean =>
      typeof ifRevision !== 'bigint' || revision >= ifRevision;
    const found = await this.requests.find(meta.tenantId, requestId, reaches);
    const duplicate = mustBeFiled(found?.state ?? notFiled);
    const isAsked = typeof ifRevision !== 'bigint' || ifRevision === found?.revision; // if not, settling refuses it below
    if (duplicate.mergedInto === undefined && isAsked) await this.#absorb(duplicate, into, meta);
    return this.requests.change(
      requestId,
      meta,
      (request) => settleAsMerged({ into, now: this.clock.now() }, request),
      { ifRevision },
    );
  }

  async #absorb(duplicate: FiledRequest, into: RequestId, { fingerprint: _, ...meta }: CommandMeta): Promise<void> {
    if (!(await this.requests.exists(meta.tenantId, into)))
      throw wrongFields([
        { pointer: '#/into', code: 'unknown-service-request', detail: 'There is no request with this id.' },
      ]);
    // The key belongs to the duplicate's stream; on the survivor's the duplicate itself makes sure it happens once.
    const absorbing = { ...meta, commandId: derivedUuid('absorb', meta.commandId) as CommandId };
    await this.requests.change(into, absorbing, (survivor) =>
      absorbDuplicate({ duplicate, now: this.clock.now() }, survivor),
    );
  }
}
