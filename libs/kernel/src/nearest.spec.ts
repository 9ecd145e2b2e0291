import { nearest } from './nearest.js';

const NAMES = ['title', 'impact', 'customerId', 'description', 'LEDGERDESK_DATA_DIR'];

describe('the nearest name', () => {
  it.each([
    ['two letters are swapped', 'titel', 'title'],
    ['a letter is missing', 'impac', 'impact'],
    ['a letter is too many', 'impactt', 'impact'],
    ['a letter is wrong', 'descriptiom', 'description'],
    ['only the case is another', 'customerID', 'customerId'],
    ['an underscore is missing', 'LEDGERDESK_DATADIR', 'LEDGERDESK_DATA_DIR'],
  ])('is found where %s', (_, name, meant) => {
    expect(nearest(name, NAMES)).toBe(meant);
  });

  it.each([
    ['nothing is near', 'colour'],
    ['nothing is said', ''],
    ['too much of a short name is wrong', 'til'],
    ['the name is no name', 'x'.repeat(100_000)],
  ])('is none where %s', (_, name) => {
    expect(nearest(name, NAMES)).toBeUndefined();
  });

  it('is the first of several that are as near', () => {
    expect(nearest('cat', ['bat', 'car', 'cat2'])).toBe('bat');
  });

  it('prefers the nearer one, wherever it stands', () => {
    expect(nearest('status', ['stages', 'statuss'])).toBe('statuss');
  });
});
