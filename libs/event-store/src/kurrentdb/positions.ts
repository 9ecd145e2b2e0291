import type { Position as ServerPosition } from '@kurrent/kurrentdb-client';
import type { Position } from '../event-store.js';

/** `<commit>`, or `<commit>.<prepare>` where they differ: old transactions, and places that are no event's own. */
export const encodePosition = ({ commit, prepare }: ServerPosition): Position =>
  commit === prepare ? String(commit) : `${commit}.${prepare}`;

/** Undefined for the start: absent, or the place before every event. */
export const decodePosition = (position: Position | undefined): ServerPosition | undefined => {
  if (position === undefined || position === '0') return undefined;
  const [commit = '', prepare = commit] = position.split('.');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};
