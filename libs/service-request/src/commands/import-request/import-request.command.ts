import { Command } from '@nestjs/cqrs';
import type { Change } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { ImportStep } from '../../domain/import-steps.js';
import type { ImportedFrom } from '../../domain/service-request.events.js';
import type { ServiceRequest } from '../../domain/service-request.state.js';
import type { FileRequestInput } from '../file-request/file-request.command.js';

export interface ImportRequestInput {
  readonly filing: FileRequestInput;
  readonly filedAt: Instant;
  readonly importedFrom: ImportedFrom;
  readonly steps: readonly ImportStep[];
  readonly alerts: boolean;
}

/** Its meta has a key that follows from where the ticket comes from, so that it comes in once. */
export class ImportRequestCommand extends Command<Change<ServiceRequest>> {
  constructor(
    readonly input: ImportRequestInput,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}
