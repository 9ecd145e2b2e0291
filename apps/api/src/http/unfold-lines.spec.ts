import { unfoldLines } from './unfold-lines.js';

describe('unfolding lines', () => {
  it.each([
    ['a fold in the midst of a character', 'SUMMARY:Fr\xc3\r\n \xbchling\r\nEND', 'SUMMARY:Frühling\r\nEND'],
    ['a tab, and a bare line feed', 'SUM\n\tMARY:\xe5\n \x85\n \x83\nEND', 'SUMMARY:元\nEND'],
    ['a space of the text after that of the fold', 'SUMMARY:New\r\n  Year', 'SUMMARY:New Year'],
  ])('joins over %s', (_, octets, expected) => {
    expect(unfoldLines(Buffer.from(octets, 'latin1')).toString()).toBe(expected);
  });
});
