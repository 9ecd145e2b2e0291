import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { newUuid } from '#kernel';
import { eventually } from '../eventually.js';
import { KurrentDbStandIn } from './kurrentdb-stand-in.js';

jest.setTimeout(30_000);

/** What the official client sees here is what it was seen to see of a real server; adapters are tried against it. */
describe('the KurrentDB stand-in, seen with the official client', () => {
  let server: KurrentDbStandIn;
  let client: KurrentDBClient;
  const event = (data: Record<string, unknown> = {}, id = newUuid()) => jsonEvent({ id, type: 'Noted', data });
  const newStream = (): string => `s-${newUuid()}`;
  const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(fail, (error: unknown) => error);
  const fail = (): never => {
    throw new Error('It succeeded.');
  };
  const readAll = async <T>(reading: AsyncIterable<T>): Promise<T[]> => {
    const all: T[] = [];
    for await (const one of reading) all.push(one);
    return all;
  };

  beforeAll(async () => {
    server = await KurrentDbStandIn.start();
    client = KurrentDBClient.connectionString(server.url);
  });
  afterAll(async () => {
    await client.dispose();
    await server.close();
  });

  it('answers a repeat with the first result, a prefix too, and compares no payload', async () => {
    const stream = newStream();
    const events = [event({ n: 1 }), event({ n: 2 })] as const;
    const first = await client.appendToStream(stream, [...events], { streamState: 'no_stream' });
    await client.appendToStream(stream, event(), { streamState: first.nextExpectedRevision });
    expect(await client.appendToStream(stream, [...events], { streamState: 'no_stream' })).toEqual(first);
    const other = [event({ n: 7 }, events[0].id), event({ n: 8 }, events[1].id)];
    expect(await client.appendToStream(stream, other, { streamState: 'no_stream' })).toEqual(first);
    const prefix = await client.appendToStream(stream, events[0], { streamState: 'no_stream' });
    expect(prefix).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(await readAll(client.readStream(stream))).toHaveLength(3);
  });

  it('takes known ids at the head again, and known ones with a new one as a conflict', async () => {
    const stream = newStream();
    const known = event();
    await client.appendToStream(stream, known, { streamState: 'no_stream' });
    const mixed = client.appendToStream(stream, [known, event()], { streamState: 'no_stream' });
    expect(await failureOf(mixed)).toMatchObject({ type: 'wrong-expected-version', actualState: 0n, message: '' });
    const again = await client.appendToStream(stream, known, { streamState: 0n });
    expect(again.nextExpectedRevision).toBe(1n);
  });

  it('answers an empty append with revision 0', async () => {
    const answer = await client.appendToStream(newStream(), [], { streamState: 'no_stream' });
    expect(answer).toMatchObject({ success: true, nextExpectedRevision: 0n });
  });

  it('refuses more than a mebibyte, and ends the shared stream over a message of many', async () => {
    const large = (bytes: number) => event({ text: 'x'.repeat(bytes) });
    const over = client.appendToStream(newStream(), large(1_100_000), { streamState: 'no_stream' });
    expect(await failureOf(over)).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 });
    const farOver = client.appendToStream(newStream(), large(20_000_000), { streamState: 'no_stream' });
    expect(await failureOf(farOver)).toMatchObject({ code: 8 });
    expect((await client.appendToStream(newStream(), event(), { streamState: 'no_stream' })).success).toBe(true);
  });

  it('reads after a position inclusively and subscribes after it exclusively', async () => {
    const stream = newStream();
    const { position } = await client.appendToStream(stream, event(), { streamState: 'no_stream' });
    if (position === undefined) throw new Error('An append is answered with its position.');
    await client.appendToStream(stream, event(), { streamState: 0n });
    const [read] = await readAll(client.readAll({ fromPosition: position, maxCount: 1 }));
    expect(read?.event?.revision).toBe(0n);
    for await (const { event: subscribed } of client.subscribeToAll({ fromPosition: position })) {
      expect(subscribed?.revision).toBe(1n);
      expect(Number(read?.event?.created) % 1_000).toBe(0);
      break;
    }
  });

  it('says unavailable of a bogus position and of no events at all', async () => {
    const bogus = client.readAll({ fromPosition: { commit: 1n, prepare: 1n } });
    expect(await failureOf(readAll(bogus))).toMatchObject({ type: 'unavailable' });
    expect(await failureOf(readAll(client.readAll({ maxCount: 0 })))).toMatchObject({
      type: expect.any(String) as unknown,
    });
  });

  it('hides a deleted stream and goes on with its revisions; a tombstone is for good', async () => {
    const stream = newStream();
    await client.appendToStream(stream, [event(), event()], { streamState: 'no_stream' });
    await client.deleteStream(stream);
    expect(await failureOf(readAll(client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
    const next = await client.appendToStream(stream, event(), { streamState: 1n });
    expect(next.nextExpectedRevision).toBe(2n);
    await client.tombstoneStream(stream);
    expect(await failureOf(readAll(client.readStream(stream)))).toMatchObject({ type: 'stream-deleted' });
    const late = client.appendToStream(stream, event(), { streamState: 2n });
    expect(await failureOf(late)).toMatchObject({ type: 'stream-deleted' });
  });

  it('drops a live subscriber when more comes at once than its buffer holds', async () => {
    const subscription = client.subscribeToAll({ fromPosition: 'end' });
    let isLive = false;
    subscription.on('caughtUp', () => (isLive = true));
    const dropped = failureOf(readAll(subscription));
    await eventually(() => isLive);
    await client.appendToStream(
      newStream(),
      Array.from({ length: 100 }, () => event()),
      { streamState: 'no_stream' },
    );
    expect(await dropped).toMatchObject({
      code: 10,
      type: 'unknown',
      message: expect.stringContaining('too slow') as unknown,
    });
  });

  it('leaves a client that first read while the server was down unable to read for good', async () => {
    await server.link.cut();
    const unlucky = KurrentDBClient.connectionString(server.url);
    const read = () => readAll(unlucky.readAll({ maxCount: 1 }));
    expect(await failureOf(read())).toMatchObject({ type: 'unavailable' });
    expect(await failureOf(unlucky.appendToStream(newStream(), event()))).toMatchObject({ code: 14 });
    await server.link.restore();
    expect(await failureOf(read())).toMatchObject({ type: 'unavailable' });
    expect(await readAll(client.readAll({ maxCount: 1 }))).toHaveLength(1);
    expect(await failureOf(read())).toMatchObject({ type: 'unavailable' });
    await unlucky.dispose();
  });
});
