import { progressBar } from './progress-bar.js';

const drawnBy = (isTTY: boolean, elapsedMs: number, draw: (bar: ReturnType<typeof progressBar>) => void): string => {
  let drawn = '';
  const write = (text: string | Uint8Array): boolean => {
    drawn += text.toString();
    return true;
  };
  draw(progressBar({ isTTY, write }, 'Replaying', () => elapsedMs));
  return drawn;
};

describe('the progress bar', () => {
  const half = (bar: ReturnType<typeof progressBar>): void => bar.update(0.5);

  it('is drawn on a terminal once the work has taken two seconds', () => {
    expect(drawnBy(true, 2_000, half)).toBe(`\rReplaying [${'='.repeat(15)}${' '.repeat(15)}] 50 %`);
  });

  it.each([
    ['a terminal before that', true, 1_999],
    ['anything that is no terminal', false, 60_000],
  ])('is not drawn on %s', (_, isTTY, elapsedMs) => {
    expect(drawnBy(isTTY, elapsedMs, half)).toBe('');
  });

  it('says 100 % only at the end', () => {
    expect(drawnBy(true, 2_000, (bar) => bar.update(0.999))).toContain('99 %');
    expect(drawnBy(true, 2_000, (bar) => bar.update(1))).toContain('100 %');
  });

  it('is wiped once, and only if it was drawn', () => {
    const wiped = drawnBy(true, 2_000, (bar) => {
      bar.clear();
      bar.update(1);
      bar.clear();
      bar.clear();
    });
    expect(wiped.endsWith('100 %\r\u001b[2K')).toBe(true);
  });
});
