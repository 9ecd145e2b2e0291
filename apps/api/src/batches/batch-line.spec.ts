import 'reflect-metadata';
import { readLines } from './batch-line.js';

const errorsIn = (body: unknown) =>
  readLines(JSON.stringify({ key: 'k', method: 'PUT', path: '/v1/calendars/seoul', body })).flatMap((line) =>
    'errors' in line ? line.errors.map(({ pointer, code }) => `${pointer} ${code}`) : [],
  );

describe("a command's body in a batch", () => {
  const days = Array.from({ length: 300 }, (_, index) => `day ${index}`);

  it.each([
    ['thousands of dates', { overrides: Object.fromEntries(days.map((day) => [day, []])) }],
    ['what only the command can refuse', { constructor: 1, toString: {} }],
  ])('may hold %s', (_, body) => {
    expect(errorsIn(body)).toEqual([]);
  });

  it('is an object', () => {
    expect(errorsIn([])).toEqual(['#/body object']);
  });
});
