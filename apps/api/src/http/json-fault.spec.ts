import { jsonFault } from './json-fault.js';

describe('a text that is no JSON', () => {
  it.each([
    ['{"title":"Mail",}', 'it goes wrong at line 1, column 17'],
    ['{\n "title": "Mail"\n "impact": "critical"\n}', 'it goes wrong at line 3, column 2'],
    ['{"title":', 'it ends before it is whole'],
    ['', 'it ends before it is whole'],
  ])('is told where it goes wrong: %j', (json, fault) => {
    expect(jsonFault(json)).toBe(fault);
  });

  it('is told nothing more where the parser tells no place', () => {
    expect(jsonFault('hello')).toBe('');
  });
});

it('has no fault when it is JSON', () => {
  expect(jsonFault('{"title":"Mail"}')).toBeUndefined();
});
