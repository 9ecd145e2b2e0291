import type { JsonObject } from '#kernel';
import { newEvents } from '#testing';
import { StreamDeletedError, StreamNotFoundError } from '../errors.js';
import type { RecordedEvent } from '../event-store.js';
import { appendNew, type ContractContext, uniqueStream, uniqueType } from './harness.contract.js';

const revisionsOf = (events: readonly RecordedEvent[]): bigint[] => events.map(({ revision }) => revision);
const idsOf = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

export const readStreamContract = ({ store, harness }: ContractContext): void => {
  describe('read a stream', () => {
    let stream: string;
    beforeAll(async () => {
      stream = (await appendNew(store(), 5)).stream;
    });

    it.each([
      ['forwards', {}, [0n, 1n, 2n, 3n, 4n]],
      ['forwards from a revision, inclusive', { from: 3n }, [3n, 4n]],
      ['forwards up to a limit', { limit: 2 }, [0n, 1n]],
      ['forwards from a revision up to a limit', { from: 1n, limit: 3 }, [1n, 2n, 3n]],
      ['forwards from beyond its end', { from: 5n }, []],
      ['backwards', { direction: 'backwards' }, [4n, 3n, 2n, 1n, 0n]],
      ['backwards from a revision, inclusive', { direction: 'backwards', from: 1n }, [1n, 0n]],
      ['backwards up to a limit', { direction: 'backwards', limit: 1 }, [4n]],
      ['backwards from beyond its end', { direction: 'backwards', from: 99n, limit: 2 }, [4n, 3n]],
    ] as const)('reads %s', async (_, options, revisions) => {
      expect(revisionsOf(await store().readStream(stream, options))).toEqual(revisions);
    });

    it('reads one of many pages', async () => {
      const { stream: long, events } = await appendNew(store(), 1_200);
      expect(idsOf(await store().readStream(long))).toEqual(idsOf(events));
    });

    it('does not find a stream that was never written', async () => {
      const absent = uniqueStream();
      await expect(store().readStream(absent)).rejects.toMatchObject({ name: 'StreamNotFoundError', stream: absent });
      await expect(store().readStream(absent, { direction: 'backwards', limit: 1 })).rejects.toThrow(
        StreamNotFoundError,
      );
    });

    it.each([{ limit: 0 }, { limit: 1.5 }, { from: -1n }])(
      'refuses the options %j as a defect of the caller',
      async (options) => {
        await expect(store().readStream(stream, options)).rejects.toThrow(TypeError);
      },
    );

    const { tombstone } = harness;
    if (tombstone !== undefined)
      it('neither reads nor writes a stream that was deleted for good', async () => {
        const { stream: gone, events } = await appendNew(store(), 2);
        await tombstone(gone);
        await expect(store().readStream(gone)).rejects.toMatchObject({ name: 'StreamDeletedError', stream: gone });
        await expect(store().append(gone, 1n, newEvents())).rejects.toThrow(StreamDeletedError);
        await expect(store().append(gone, 'none', events)).rejects.toThrow(StreamDeletedError);
      });
  });

  describe('an event', () => {
    it('comes back with all that it was given, and with its place', async () => {
      const { stream, events } = await appendNew(store(), 2);
      const [first, second] = await store().readStream(stream);
      const place = { stream, position: expect.stringMatching(/./) as unknown };
      expect([first, second]).toStrictEqual([
        { ...events[0], ...place, revision: 0n },
        { ...events[1], ...place, revision: 1n },
      ]);
    });

    it.each([
      { causationId: 'cause', fingerprint: 'f' },
      { onBehalfOf: 'ann@contoso.example' },
      { traceparent: 'trace', tracestate: 's' },
    ])('keeps the optional parts %j of its meta', async (parts) => {
      const stream = uniqueStream();
      const events = newEvents().map((event) => ({
        ...event,
        meta: { ...event.meta, ...parts },
      }));
      await store().append(stream, 'none', events);
      expect((await store().readStream(stream))[0]?.meta).toStrictEqual(events[0]?.meta);
    });

    it('is the same from a stream, from all, and from a subscription', async () => {
      const after = await store().head();
      const type = uniqueType();
      const { stream } = await appendNew(store(), 3, type);
      const expected = await store().readStream(stream);
      expect(await store().readAll({ after, types: [type], limit: 10 })).toStrictEqual(expected);
      const stop = new AbortController();
      const subscribed: RecordedEvent[] = [];
      for await (const { events } of store().subscribe({
        after,
        types: [type],
        signal: stop.signal,
      })) {
        subscribed.push(...events);
        if (subscribed.length >= 3) stop.abort();
      }
      expect(subscribed).toStrictEqual(expected);
    });

    it.each<[string, JsonObject]>([
      ['nothing', {}],
      [
        'every kind of value',
        { s: '', n: -1.5e-7, big: 9007199254740991, t: true, f: false, nil: null, list: [1, [], {}, [null]] },
      ],
      ['unicode', { text: 'Grüße, 東京, 👩‍🚀, \u0000 \u2028 "\\', 'ключ 🔑': 'ü' }],
      ['deep nesting', Array.from({ length: 200 }).reduce<JsonObject>((inner) => ({ inner }), {})],
      ['a big text', { text: 'lorem ipsum '.repeat(40_000) }],
      ['names that mean something elsewhere', { constructor: 1, type: 'x', $type: 'y', '0': 'zero', 'a.b': 'c' }],
    ])('holds %s', async (_, data) => {
      const stream = uniqueStream();
      await store().append(stream, 'none', newEvents(1, { data: () => data }));
      expect((await store().readStream(stream))[0]?.data).toStrictEqual(data);
    });

    it('leaves out what is undefined, as JSON does', async () => {
      const stream = uniqueStream();
      await store().append(stream, 'none', newEvents(1, { data: () => ({ here: 1, absent: undefined }) }));
      expect((await store().readStream(stream))[0]?.data).toStrictEqual({ here: 1 });
    });

    it('does not change with what a reader or the writer does to its own copy', async () => {
      const stream = uniqueStream();
      const mine = { list: ['kept'] };
      await store().append(stream, 'none', newEvents(1, { data: () => mine }));
      mine.list.push('lost');
      const [read] = await store().readStream(stream);
      if (read !== undefined) Object.assign(read.data, { list: [] });
      expect((await store().readStream(stream))[0]?.data).toStrictEqual({ list: ['kept'] });
    });
  });
};
