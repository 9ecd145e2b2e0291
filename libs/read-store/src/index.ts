export {
  type CheckpointSchema,
  createCheckpoints,
  type ProjectionRow,
  readProjections,
  readReactions,
  saveReaction,
} from './checkpoints.js';
export { type Choices, mergedRanges } from './merged-ranges.js';
export { Generation, type Projection } from './projection.js';
export { Projector } from './projector.js';
export { isDamaged, openSqliteReadStore } from './sqlite-connection.js';
export { waitForAll, waitForPosition } from './wait-for.js';
export { type ProjectionRebuildRequested, RebuildRequestStore, rebuildRequestType } from './rebuild-request.js';
export { Upsert } from './upsert.js';
