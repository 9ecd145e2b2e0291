/** What the caller can mend: told in one sentence, without a trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
