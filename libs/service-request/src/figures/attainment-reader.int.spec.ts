import type { TenantId } from '#kernel';
import { at } from '#testing';
import { figures } from '../../test/figures.js';
import { AttainmentReader } from './attainment-reader.js';

const everything = { tenantId: 'contoso' as TenantId, seesFraud: true };
const question = { filter: {}, groupBy: [], timeZone: 'UTC', budgets: {} } as const;

describe('counting figures beside the event loop', () => {
  let on: Awaited<ReturnType<typeof figures>>;
  let reader: AttainmentReader;

  beforeEach(async () => {
    on = await figures();
    reader = new AttainmentReader(on.path);
  });

  afterEach(async () => {
    await reader.close();
    await on.end();
  });

  it('gives each question its own answer, and sees what is written meanwhile', async () => {
    await on.answer(at('01:00'), await on.file(at('00:00'), 'critical'));
    await on.outcomes();
    const [all, none] = await Promise.all([
      reader.attainment(everything, question),
      reader.attainment(everything, { ...question, filter: { severity: 'minimal' } }),
    ]);
    expect([all.totals.met, none.totals.met]).toEqual([1, 0]);
    await on.answer(at('03:00'), await on.file(at('02:00'), 'critical'));
    await on.outcomes();
    expect(await reader.attainment(everything, question)).toEqual(await on.ask());
  });

  it('says what went wrong, and answers the next one', async () => {
    await on.answer(at('01:00'), await on.file(at('00:00'), 'critical'));
    await on.outcomes();
    const wrong = reader.attainment(everything, { ...question, groupBy: ['day'], timeZone: 'Mars/Olympus' });
    const right = reader.attainment(everything, question);
    await expect(wrong).rejects.toThrow('time zone');
    expect((await right).totals.met).toBe(1);
  });
});
