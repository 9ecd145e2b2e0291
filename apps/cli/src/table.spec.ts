import { printable, table } from './table.js';

describe('a table', () => {
  it('aligns all columns but the last, under their heads', () => {
    expect(
      table(
        ['rev', 'event'],
        [
          ['0', 'RequestFiled'],
          ['1000', 'Escalated'],
        ],
      ),
    ).toEqual(['rev   event', '0     RequestFiled', '1000  Escalated']);
  });

  it('of no rows is its head', () => {
    expect(table(['rev', 'event'], [])).toEqual(['rev  event']);
  });
});

describe('text from others', () => {
  it.each([
    ['breaks a line', 'one\r\n\ttwo', 'one two'],
    ['colours and clears', 'a\u001b[2J\u009bb', 'a\ufffd[2J\ufffdb'],
    ['rings', 'a\u0007', 'a\ufffd'],
    ['turns the reading direction', 'a\u202eb\u2066', 'a\ufffdb\ufffd'],
    ['is in any script', 'メール 😀 é', 'メール 😀 é'],
  ])('that %s is harmless on a terminal', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
