import { TcpLink } from '#testing';
import type { EventStoreFaults } from '../contract/harness.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { KurrentDbEventStore } from './kurrentdb-event-store.js';

jest.setTimeout(120_000);

const url = process.env['KURRENTDB_URL'];

/** A line to the server that can be cut and held; only for one server without TLS, whose address can be changed. */
const lineTo = (
  serverUrl: string,
): { readonly open: () => Promise<string>; readonly link: () => TcpLink } | undefined => {
  const parsed = /^(?<scheme>\w+:\/\/(?:[^@/]+@)?)(?<host>[^:/?,]+)(?::(?<port>\d+))?(?<rest>\/?\?.*)$/.exec(
    serverUrl,
  )?.groups;
  if (parsed === undefined || !/[?&]tls=false\b/i.test(serverUrl)) return undefined;
  const { scheme = '', host = '', port = '2113', rest = '' } = parsed;
  let opened: TcpLink | undefined;
  const link = (): TcpLink => {
    if (opened === undefined) throw new Error('The line is not open yet.');
    return opened;
  };
  const open = async (): Promise<string> => {
    opened ??= await TcpLink.open({ host, port: Number(port) });
    return `${scheme}127.0.0.1:${opened.port}${rest}`;
  };
  return { open, link };
};

const tombstone = async (serverUrl: string, stream: string): Promise<void> => {
  const { KurrentDBClient } = await import('@kurrent/kurrentdb-client');
  const administrator = KurrentDBClient.connectionString(serverUrl);
  await administrator.tombstoneStream(stream);
  await administrator.dispose();
};

if (url === undefined) {
  const notice = 'The event store contract did NOT run against a real KurrentDB server: KURRENTDB_URL names none.';
  process.stderr.write(`${notice}\n`);
  // eslint-disable-next-line jest/no-disabled-tests, jest/expect-expect -- counted as skipped, with its reason, in the summary
  it.skip(notice, () => undefined);
} else {
  const line = lineTo(url);
  const open = async () =>
    KurrentDbEventStore.open(line === undefined ? url : await line.open(), {
      appendTimeoutMs: 2_000,
      readTimeoutMs: 5_000,
    });
  const faults: EventStoreFaults | undefined = line && {
    killServer: () => line.link().cut(),
    restartServer: () => line.link().restore(),
    freeze: async () => line.link().hold('everything'),
    thaw: async () => line.link().hold('nothing'),
  };
  afterAll(() => line?.link().close());
  eventStoreContract(`KurrentDB at ${new URL(url).host}`, {
    open,
    reopen: open,
    shared: true,
    tombstone: (stream) => tombstone(url, stream),
    ...(faults === undefined ? {} : { faults }),
  });
}
