import { Command } from '@nestjs/cqrs';
import type { Change } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { Impact } from '#service-level';
import type { FiledDetails } from '../../domain/service-request.events.js';
import type { ServiceRequest } from '../../domain/service-request.state.js';

export interface FileRequestInput {
  /** Number and filing time are given when it is filed. */
  readonly details: Omit<FiledDetails, 'number' | 'filedAt' | 'importedFrom'>;
  readonly impact: Impact;
  /** One promise each; of different kinds of obligation. */
  readonly policyIds: readonly string[];
}

export class FileRequestCommand extends Command<Change<ServiceRequest>> {
  constructor(
    readonly input: FileRequestInput,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}
