import type { SettleAsMerged } from '../../domain/merge.js';
import { RequestCommand } from '../request-command.js';

/** The request is a duplicate of another one, which takes over what it is owed (E44). */
export class MergeRequestCommand extends RequestCommand<Omit<SettleAsMerged, 'now'>> {}
