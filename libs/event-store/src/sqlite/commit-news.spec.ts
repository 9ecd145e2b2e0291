import { CommitNews } from './commit-news.js';

describe('news of commits', () => {
  it('tell nothing before the first', () => {
    const news = new CommitNews();
    expect(news.head).toBeUndefined();
    expect(news.isQuiet(['Filed'], 0)).toBe(false);
  });

  it('tell nothing of what was there before them', () => {
    const news = new CommitNews();
    news.take({ head: 10, lastOf: [] });
    expect(news.isQuiet(['Filed'], 9)).toBe(false);
    expect(news.isQuiet(['Filed'], 10)).toBe(true);
  });

  it('tell whether a type came after a position', () => {
    const news = new CommitNews();
    news.take({ head: 10, lastOf: [] });
    news.take({
      head: 12,
      lastOf: [
        ['Filed', 11],
        ['Due', 12],
      ],
    });
    expect(news.head).toBe(12);
    expect(news.isQuiet(['Filed'], 10)).toBe(false);
    expect(news.isQuiet(['Filed'], 11)).toBe(true);
    expect(news.isQuiet(['Filed', 'Due'], 11)).toBe(false);
    expect(news.isQuiet(['Answered'], 10)).toBe(true);
    expect(news.isQuiet([], 10)).toBe(true);
  });

  it('keep the last of a type when an append that was repeated is told of again', () => {
    const news = new CommitNews();
    news.take({ head: 10, lastOf: [] });
    news.take({ head: 14, lastOf: [['Filed', 14]] });
    news.take({ head: 14, lastOf: [['Filed', 11]] });
    expect(news.isQuiet(['Filed'], 13)).toBe(false);
  });
});
