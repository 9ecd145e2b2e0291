import type { Instant } from '#kernel';
import { mustBeFiled } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface AddNote {
  readonly text: string;
  readonly visibility: 'internal' | 'customer';
  readonly now: Instant;
}

/** A note is no answer: it stops no clock, and a settled request takes it too. */
export const addNote = (
  { text, visibility, now }: AddNote,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId } = mustBeFiled(request);
  return [{ type: 'NoteAdded', data: { requestId, text, visibility, addedAt: now } }];
};
