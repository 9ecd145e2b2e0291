import type { EventData } from '@kurrent/kurrentdb-client';
import { derivedUuid } from '#kernel';

/** Wire name of what the adapter writes for itself; no reader of the store ever sees it. */
export const CLAIM_TYPE = 'LedgerdeskCommandClaimed';

/** Each command has a stream of its own, whose first and only event tells what it was used for. */
export const claimStreamOf = (command: string): string => `ledgerdeskClaim-${command}`;

/** The id depends on the stream claimed: the same claim again is a repeat to the server, another one a conflict. */
export const toClaim = (command: string, stream: string): EventData => ({
  id: derivedUuid('claim', command, stream),
  contentType: 'application/json',
  type: CLAIM_TYPE,
  data: { stream },
  metadata: {},
});
