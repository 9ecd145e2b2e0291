import { paintEvent, palette, wantsColour } from './paint.js';

describe('colour', () => {
  it.each([
    [true, 'a terminal', { isTTY: true }, {}],
    [true, 'a terminal with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }],
    [false, 'a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
    [false, 'a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
    [false, 'a file or a pipe', {}, {}],
  ])('is %p on %s', (expected, _, stream, environment) => {
    expect(wantsColour(stream, environment)).toBe(expected);
  });

  it.each([
    ['ResponseBreached', '\u001b[31mx\u001b[0m'],
    ['FirstResponseGiven', '\u001b[32mx\u001b[0m'],
    ['NoteAdded', 'x'],
  ])('of %s says what became of the promise', (type, expected) => {
    expect(paintEvent(type, palette(true))('x')).toBe(expected);
    expect(paintEvent(type, palette(false))('x')).toBe('x');
  });
});
