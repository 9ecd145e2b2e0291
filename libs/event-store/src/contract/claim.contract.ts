import { newEvents } from '#testing';
import { CommandReusedError, StreamNotFoundError, WrongRevisionError } from '../errors.js';
import type { EventStore, NewEvent } from '../event-store.js';
import { Follower } from './follow.contract.js';
import { appendNew, type ContractContext, newCommandId, uniqueStream, uniqueType } from './harness.contract.js';

/** Makes events of one command that came with an idempotency key. */
const keyed = (): ((number?: number) => NewEvent[]) => {
  const commandId = newCommandId();
  return (number = 0) => newEvents(2, { commandId, fingerprint: 'body', data: (index) => ({ number, index }) });
};

const expectAbsent = (store: EventStore, stream: string): Promise<void> =>
  expect(store.readStream(stream)).rejects.toThrow(StreamNotFoundError);

export const claimContract = ({ store, harness }: ContractContext): void => {
  describe('a command with a key', () => {
    it('is refused in any other stream, which it leaves as it was (G4)', async () => {
      const events = keyed();
      const [first, absent] = [uniqueStream(), uniqueStream()];
      const { stream: other } = await appendNew(store(), 1);
      await store().append(first, 'none', events());
      const head = await store().head();
      await expect(store().append(absent, 'none', events())).rejects.toThrow(CommandReusedError);
      await expect(store().append(absent, 'none', events(7))).rejects.toThrow(CommandReusedError);
      await expect(store().append(other, 0n, events(7))).rejects.toThrow(CommandReusedError);
      await expectAbsent(store(), absent);
      expect(await store().readStream(other)).toHaveLength(1);
      if (!harness.shared) expect(await store().head()).toBe(head);
    });

    it('is recognised in its own stream, also after it was refused in another', async () => {
      const events = keyed();
      const stream = uniqueStream();
      const result = await store().append(stream, 'none', events());
      await expect(store().append(uniqueStream(), 'none', events())).rejects.toThrow(CommandReusedError);
      await store().append(stream, 1n, newEvents());
      expect(await store().append(stream, 'none', events())).toEqual(result);
      await expect(store().append(stream, 'none', events(7))).rejects.toThrow(CommandReusedError);
      expect(await store().readStream(stream)).toHaveLength(3);
    });

    it('is written to one of two streams that race for it, by two clients too', async () => {
      const rival = await (harness.reopen?.() ?? Promise.resolve(store()));
      for (let round = 0; round < 20; round += 1) {
        const events = keyed();
        const racing = [uniqueStream(), uniqueStream()];
        const [one = '', other = ''] = racing;
        const outcomes = await Promise.allSettled([
          store().append(one, 'none', events()),
          rival.append(other, 'none', events()),
        ]);
        const refused = outcomes.flatMap((outcome): unknown[] =>
          outcome.status === 'rejected' ? [outcome.reason] : [],
        );
        expect(refused).toEqual([expect.any(CommandReusedError)]);
        const lost = racing[outcomes.findIndex(({ status }) => status === 'rejected')] ?? '';
        await expectAbsent(store(), lost);
      }
      if (rival !== store()) await rival.close();
    });

    it('may be tried again where it met another revision than it had read', async () => {
      const events = keyed();
      const { stream } = await appendNew(store(), 2);
      await expect(store().append(stream, 0n, events())).rejects.toThrow(WrongRevisionError);
      expect((await store().append(stream, 1n, events(7))).revision).toBe(3n);
    });

    it('shows its events and nothing else, and ends the store at the last of them', async () => {
      const after = await store().head();
      const type = uniqueType();
      const events = newEvents(2, { type, fingerprint: 'body' });
      const { position } = await store().append(uniqueStream(), 'none', events);
      await expect(store().append(uniqueStream(), 'none', events)).rejects.toThrow(CommandReusedError);
      const reader = new Follower(store(), { after });
      await reader.sees(2);
      await reader.stop();
      const all = await store().readAll({ after, limit: 10 });
      if (harness.shared) return;
      expect([all, reader.events].map((some) => some.map((event) => event.type))).toEqual([
        [type, type],
        [type, type],
      ]);
      expect(await store().head()).toBe(position);
    });

    const { reopen } = harness;
    if (reopen !== undefined)
      it('is refused in another stream by the next client too', async () => {
        const events = keyed();
        const stream = uniqueStream();
        const result = await store().append(stream, 'none', events());
        const next = await reopen();
        await expect(next.append(uniqueStream(), 'none', events())).rejects.toThrow(CommandReusedError);
        expect(await next.append(stream, 'none', events())).toMatchObject(result);
        await next.close();
      });
  });

  describe('a command without a key', () => {
    it('claims nothing: what follows from one event may be written to several streams', async () => {
      const events = newEvents(1);
      for (const stream of [uniqueStream(), uniqueStream()])
        expect((await store().append(stream, 'none', events)).revision).toBe(0n);
    });
  });
};
