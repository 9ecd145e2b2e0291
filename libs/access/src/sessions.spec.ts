import { ManualClock } from '#kernel';
import { at } from '#testing';
import { Sessions } from './sessions.js';

describe('sessions', () => {
  let clock: ManualClock;
  let sessions: Sessions;

  beforeEach(() => {
    clock = new ManualClock(at('00:00'));
    sessions = new Sessions(clock);
  });

  it('are opened once by a link', () => {
    const { token } = sessions.newLink();
    const opened = sessions.open(token);
    expect(sessions.whoHas(opened?.secret ?? '')).toMatchObject({
      tenantId: 'default',
      actor: { role: 'administrator', kind: 'person' },
    });
    expect(sessions.open(token)).toBeUndefined();
    expect(sessions.open('guessed')).toBeUndefined();
  });

  it('are opened within ten minutes, not at their end', () => {
    const [soon, late] = [sessions.newLink(), sessions.newLink()];
    clock.set(at('00:09:59.999'));
    expect(sessions.open(soon.token)).toBeDefined();
    clock.set(at('00:10'));
    expect(sessions.open(late.token)).toBeUndefined();
  });

  it('last eight hours, or until they are ended', () => {
    const [one, other] = [0, 1].map(() => sessions.open(sessions.newLink().token)?.secret ?? '');
    const principal = sessions.whoHas(one ?? '');
    clock.set(at('07:59:59.999'));
    sessions.end(other ?? '');
    expect([sessions.whoHas(one ?? '')?.actor.role, sessions.whoHas(other ?? '')]).toEqual([
      'administrator',
      undefined,
    ]);
    expect(principal?.hasEnded?.()).toBe(false);
    clock.set(at('08:00'));
    expect(sessions.whoHas(one ?? '')).toBeUndefined();
    expect(principal?.hasEnded?.()).toBe(true);
  });
});
