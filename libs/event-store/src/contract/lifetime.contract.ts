import { newEvents } from '#testing';
import { StoreUnavailableError } from '../errors.js';
import { appendNew, type ContractContext, uniqueStream } from './harness.contract.js';

export const lifetimeContract = ({ store, harness }: ContractContext): void => {
  const { reopen } = harness;

  if (!harness.shared)
    it('has no head and no events while it is empty', async () => {
      expect(await store().head()).toBeUndefined();
      expect(await store().readAll({ limit: 1 })).toEqual([]);
    });

  if (reopen !== undefined)
    it('keeps everything for the next client', async () => {
      const { stream, events, result } = await appendNew(store(), 2);
      const before = await store().readStream(stream);
      const next = await reopen();
      expect(await next.readStream(stream)).toStrictEqual(before);
      expect(await next.append(stream, 'none', events)).toMatchObject(result);
      await expect(next.append(stream, 0n, newEvents())).rejects.toMatchObject({ actual: 1n });
      await next.close();
    });

  describe('after closing', () => {
    it('has finished what was begun and refuses the rest', async () => {
      const own = await (reopen ?? harness.open)();
      const begun = own.append(uniqueStream(), 'none', newEvents());
      await own.close();
      expect((await begun).revision).toBe(0n);
      await expect(own.append(uniqueStream(), 'none', newEvents())).rejects.toThrow(StoreUnavailableError);
      await expect(own.readStream(uniqueStream())).rejects.toThrow(StoreUnavailableError);
      await expect(own.readAll({ limit: 1 })).rejects.toThrow(StoreUnavailableError);
      await expect(own.head()).rejects.toThrow(StoreUnavailableError);
      expect(await own.health()).toMatchObject({ ok: false });
    });

    it('is closed once more without harm', async () => {
      const own = await (reopen ?? harness.open)();
      await own.close();
      await expect(own.close()).resolves.toBeUndefined();
    });
  });
};
