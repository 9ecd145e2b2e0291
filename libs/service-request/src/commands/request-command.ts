import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta, RequestId } from '#kernel';
import type { ServiceRequest } from '../domain/service-request.state.js';

/** A command on one request: what to do, who asks, and the revision it must be at, if the caller said so. */
export abstract class RequestCommand<Input> extends Command<Change<ServiceRequest>> {
  constructor(
    readonly requestId: RequestId,
    readonly input: Input,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
