import { describeEvent, humanDuration } from './describe-event.js';

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [90_000, '1 min 30 s'],
    [7_200_000, '2 h'],
    [90_061_000, '1 d 1 h'],
  ])('of %i ms reads %s', (ms, expected) => {
    expect(humanDuration(ms)).toBe(expected);
  });
});

describe('an event', () => {
  it('without words of its own shows its data, on one line', () => {
    expect(describeEvent({ type: 'Unheard', data: { text: 'a\nb' } })).toBe('{"text":"a\\nb"}');
  });

  it('of several lines is shown on one', () => {
    expect(describeEvent({ type: 'NoteAdded', data: { visibility: 'internal', text: 'a\n  b' } })).toBe(
      'internal: a b',
    );
  });

  it('that promises nothing at the moment says so', () => {
    const data = {
      serviceLevelAgreement: { expirationTime: null, slaMinutes: 120 },
      policy: { id: 'program', version: 1 },
      calendar: { id: 'always', version: 1 },
      revision: 2,
    };
    expect(describeEvent({ type: 'FirstResponseDue', data })).toBe(
      'paused (2 h by program v1 on always v1, deadline no. 2)',
    );
  });
});
