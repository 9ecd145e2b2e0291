import { type FieldError, quoted, requiredField, wrongFields } from './errors.js';

const wrongAt = (pointer: string): FieldError => ({ pointer, code: 'wrong', detail: 'It is wrong.' });

describe('a refusal of fields', () => {
  it.each([
    ['One field is wrong.', ['#/title']],
    ['One field is wrong.', ['#/title', '#/title']],
    ['2 fields are wrong.', ['#/title', '#/impact', '#/title']],
    ['The body is wrong.', ['#']],
  ])('counts fields, not errors: %s', (summary, pointers) => {
    const refusal = wrongFields(pointers.map(wrongAt));
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'validation', message: summary });
    expect(refusal.details.errors).toEqual(pointers.map(wrongAt));
  });

  it('lists the first of very many, and says so', () => {
    const refusal = wrongFields(Array.from({ length: 200_000 }, (_, index) => wrongAt(`#/${index}`)));
    expect(refusal.message).toBe('200000 fields are wrong. The first 1000 errors are listed.');
    expect(refusal.details.errors).toHaveLength(1_000);
  });
});

it('a field that was left out is told with what it must be', () => {
  expect(requiredField('#/at', 'at', 'must be an instant').detail).toBe('at is required and must be an instant.');
});

it.each([
  ['Mars/Olympus', '"Mars/Olympus"'],
  ['x'.repeat(41), `"${'x'.repeat(40)}"…`],
  ['a"\n\u0007', '"a\\"\\n\\u0007"'],
])('what was sent is repeated in quotes, as far as it tells it apart: %j', (sent, words) => {
  expect(quoted(sent)).toBe(words);
});
