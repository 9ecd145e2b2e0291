import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { addNote } from '../../domain/add-note.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { AddNoteCommand } from './add-note.command.js';

@CommandHandler(AddNoteCommand)
export class AddNoteHandler implements ICommandHandler<AddNoteCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: AddNoteCommand) {
    return this.requests.change(requestId, meta, (request) => addNote({ ...input, now: this.clock.now() }, request), {
      ifRevision,
    });
  }
}
