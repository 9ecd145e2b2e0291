import { toldOnce } from './told-once.js';

describe('what is told once', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is a trouble: another one is told too, and the first again after half a minute', () => {
    const told: string[] = [];
    const tell = toldOnce(({ message }) => told.push(message));
    tell(new Error('refused'));
    tell(new Error('refused'));
    tell(new Error('full'));
    jest.advanceTimersByTime(29_999);
    tell(new Error('refused'));
    expect(told).toEqual(['refused', 'full']);
    jest.advanceTimersByTime(1);
    tell(new Error('refused'));
    expect(told).toEqual(['refused', 'full', 'refused']);
  });

  it('is not remembered without end, with messages that are all different', () => {
    let told = 0;
    const tell = toldOnce(() => (told += 1));
    for (let i = 0; i < 1_000; i += 1) tell(new Error(`failure ${i}`));
    expect(told).toBe(1_000);
  });
});
