import type { AddNote } from '../../domain/add-note.js';
import { RequestCommand } from '../request-command.js';

export class AddNoteCommand extends RequestCommand<Omit<AddNote, 'now'>> {}
