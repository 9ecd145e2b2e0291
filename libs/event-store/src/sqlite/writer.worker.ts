import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#kernel';
import { lockForWriting, openForWriting } from './database.js';
import { Log } from './log.js';
import type {
  AppendReply,
  AppendRequest,
  Committed,
  FromWriter,
  FromWriterThread,
  ToWriter,
  ToWriterThread,
} from './protocol.js';

if (parentPort === null) throw new Error('The writer runs as a worker thread.');
const owner = parentPort;
const tell = (message: FromWriterThread): void => {
  owner.postMessage(message);
};

const open = () => {
  const file = String(workerData);
  const lock = lockForWriting(file);
  const database = openForWriting(file);
  return { lock, database, log: new Log(database) };
};

const committedBy = (requests: readonly AppendRequest[], replies: readonly AppendReply[], head: number): Committed => {
  const lastOf = new Map<string, number>();
  for (const [index, reply] of replies.entries()) {
    if (reply.kind !== 'appended') continue;
    const rows = requests[index]?.rows ?? [];
    for (const [row, { type }] of rows.entries()) lastOf.set(type, reply.position - rows.length + row + 1);
  }
  return { head, lastOf: [...lastOf] };
};

/**
 * Group commit: while one fsync runs, requests pile up in the ports; the next turn writes them all with one more.
 */
const serve = ({ lock, database, log }: ReturnType<typeof open>): void => {
  const clients = new Set<MessagePort>();
  let waiting: { readonly port: MessagePort; readonly requests: readonly AppendRequest[] }[] = [];

  const drain = (): void => {
    const batch = waiting;
    if (batch.length === 0) return;
    waiting = [];
    const requests = batch.flatMap((each) => each.requests);
    const replies = log.commit(requests);
    const committed = committedBy(requests, replies, log.head);
    const byPort = new Map<MessagePort, (typeof replies)[number][]>();
    let next = 0;
    for (const { port, requests: asked } of batch) {
      const mine = replies.slice(next, (next += asked.length));
      byPort.set(port, (byPort.get(port) ?? []).concat(mine));
    }
    for (const port of clients) port.postMessage({ committed, replies: byPort.get(port) ?? [] } satisfies FromWriter);
  };

  const connect = (port: MessagePort): void => {
    clients.add(port);
    port.on('message', (message: ToWriter) => {
      if (message.kind === 'bye') {
        drain();
        clients.delete(port);
        port.close();
        return;
      }
      if (waiting.length === 0) setImmediate(drain);
      waiting.push({ port, requests: message.requests });
    });
    // What was committed before this client was known here was told to the others only.
    port.postMessage({ committed: { head: log.head, lastOf: [] }, replies: [] } satisfies FromWriter);
  };

  owner.on('message', (message: ToWriterThread) => {
    if (message.kind === 'connect') {
      connect(message.port);
      return;
    }
    drain();
    for (const port of clients) port.close();
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    lock.close();
    tell({ kind: 'closed' });
    owner.close();
  });
  tell({ kind: 'ready' });
};

try {
  serve(open());
} catch (error) {
  tell({ kind: 'failed', reason: messageOf(error) });
  owner.close();
}
