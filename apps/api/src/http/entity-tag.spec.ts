import { isNamed, revisionsIn, tagInCoding, tagOf } from './entity-tag.js';

describe('If-Match', () => {
  it.each<[string, readonly bigint[]]>([
    ['"7"', [7n]],
    ['"7", "8"', [7n, 8n]],
    ['"7","8" , "x"', [7n, 8n]],
    ['W/"7"', []],
    ['W/"7", "8"', [8n]],
    ['"7.2"', [7n]],
    ['"7-gzip"', [7n]],
    ['"7.2-br"', [7n]],
    ['7', []],
    ['"-1"', []],
    ['"1234567890123456"', []],
    ['', []],
    ['"', []],
  ])('%s names %p', (header, revisions) => {
    expect(revisionsIn(header)).toEqual(revisions);
  });
});

describe('If-None-Match', () => {
  it.each([
    ['"7"', '"7"', true],
    ['"7"', 'W/"7"', true],
    ['W/"abc"', '"abc"', true],
    ['W/"abc"', '"x", W/"abc"', true],
    ['"7"', '*', true],
    ['"7"', ' * ', true],
    ['"7"', '"7-br"', true],
    ['"7"', '"7-gzip"', true],
    ['"7"', '"8"', false],
    ['"7"', '"7.1"', false],
    ['"7"', '7', false],
    ['"7"', '', false],
    ['"7"', 'garbage, "7', false],
    ['"7"', 'garbage, "7"', true],
    ['"7"', '"*"', false],
  ])('%s and %s: %p', (tag, header, named) => {
    expect(isNamed(tag, header)).toBe(named);
  });
});

describe('a tag', () => {
  it('is of a revision, of what time makes of it, and of a coding', () => {
    expect(tagOf(7)).toBe('"7"');
    expect(tagOf(7n, 2)).toBe('"7.2"');
    expect(tagInCoding('"7"', 'br')).toBe('"7-br"');
    expect(tagInCoding('W/"abc"', 'br')).toBe('W/"abc"');
  });
});
