import { preferred } from './accept.js';

const JSON_ONLY = ['application/json'];
const PAGE = ['text/html', 'application/json'];

describe('what an Accept header likes best', () => {
  it.each([
    undefined,
    '',
    '*/*',
    'application/*',
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
  ])('is JSON where nothing else is on offer: %p', (accept) => {
    expect(preferred(accept, JSON_ONLY)).toBe('application/json');
  });

  it.each([
    'text/html',
    'application/xml, text/plain;q=0.5',
    'application/json;q=0',
    'application/json;q=0, */*',
    'json',
    '*/json',
    ';;,,;q=1',
  ])('is nothing on offer: %p', (accept) => {
    expect(preferred(accept, JSON_ONLY)).toBeUndefined();
  });

  it.each([
    ['*/*', 'text/html'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
    ['application/json', 'application/json'],
    ['application/json, text/html', 'text/html'],
    ['application/json, text/html;q=0.9', 'application/json'],
    ['text/html;q=0.001, application/*;q=0.002', 'application/json'],
    ['*/*, text/html;q=0', 'application/json'],
  ])('is by weight, then by the order of the offers: %p', (accept, wanted) => {
    expect(preferred(accept, PAGE)).toBe(wanted);
  });

  it('is found without delay in a header of nothing but ranges', () => {
    expect(preferred('a/b,'.repeat(4_000), JSON_ONLY)).toBeUndefined();
  });
});
