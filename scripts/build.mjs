// npm run build: compiles apps and libs into dist, when a source has changed.
import { ensureBuild } from './lib/build.mjs';
import { withLock } from './lib/lock.mjs';
import { root } from './lib/root.mjs';
import { explain } from './lib/steps.mjs';

try {
  await withLock(root, () => ensureBuild(root));
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
