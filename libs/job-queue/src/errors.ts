/** The queue's server is gone, full or too slow. Nothing is lost: reminders are rebuilt from the store. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}
