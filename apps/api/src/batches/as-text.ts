import type { LineResult } from './run-batch.js';

/** Whoever reads nothing for so long has forgotten the batch, whose place others wait for. */
const PATIENCE_MS = 30_000;

/** The answers as NDJSON. @param onStall told when the next one was not asked for in time */
export async function* asText(
  results: AsyncIterable<LineResult>,
  onStall: () => void,
  patienceMs = PATIENCE_MS,
): AsyncGenerator<string> {
  for await (const result of results) {
    const stalled = setTimeout(onStall, patienceMs);
    try {
      yield `${JSON.stringify(result)}\n`;
    } finally {
      clearTimeout(stalled);
    }
  }
}
