import { Started } from './started.js';

describe('what was started', () => {
  it('is stopped once, the last part first', async () => {
    const started = new Started();
    const stopped: string[] = [];
    for (const part of ['store', 'edge']) started.add(part, (each) => stopped.push(each));
    await started.stop();
    await started.stop();
    expect(stopped).toEqual(['edge', 'store']);
  });

  it('is added to no more once a part has died, and the newest is stopped with the rest', async () => {
    const started = new Started();
    const stopped: string[] = [];
    const stop = (part: string): unknown => stopped.push(part);
    const death = new Error('The disk is gone.');
    started.add('store', stop);
    expect(() => started.assertAlive()).not.toThrow();
    started.died(death);
    started.died(new Error('What came of it.'));
    expect(() => started.add('edge', stop)).toThrow(expect.objectContaining({ cause: death }) as Error);
    expect(() => started.assertAlive()).toThrow('died while it was starting');
    await started.stop();
    expect(stopped).toEqual(['edge', 'store']);
  });
});
