import { at, breached, filed } from '#testing';
import { DESCRIPTIONS, describeEvent, humanDuration } from './describe-event.js';
import { EVENT_TYPES } from './known-events.js';

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
      kind: 'programFirstResponse',
      cycle: 1,
      serviceLevelAgreement: { expirationTime: null, slaMinutes: 120 },
      policy: { id: 'program', version: 1 },
      calendar: { id: 'always', version: 1 },
      revision: 2,
    };
    expect(describeEvent({ type: 'FirstResponseDue', data })).toBe(
      'paused (2 h by program v1 on always v1, deadline no. 2)',
    );
  });

  it('of a promise names its deadline and where it comes from', () => {
    const [, , due] = filed('critical');
    expect(due && describeEvent(due)).toBe(
      'due 2026-07-13T02:00:00.000Z (2 h by program v1 on always v1, deadline no. 1)',
    );
  });

  it('of a breach says how late it was found and whether it was answered', () => {
    expect(describeEvent(breached(at('02:00'), at('02:00:00.019'), 'critical'))).toBe(
      'was due 2026-07-13T02:00:00.000Z, found 19 ms after (timer), not answered',
    );
    const answeredLate = breached(at('02:00'), at('03:01:05'), 'critical', { respondedAt: at('03:00') });
    expect(describeEvent(answeredLate)).toBe(
      'was due 2026-07-13T02:00:00.000Z, found 1 h 1 min after (timer), answered 2026-07-13T03:00:00.000Z',
    );
  });

  it('of a breach that a change brought about says so: nobody found it late', () => {
    const moved = breached(at('02:00'), at('05:00'), 'critical', { cause: 'severityChange' });
    expect(describeEvent(moved)).toBe(
      'was due 2026-07-13T02:00:00.000Z, 3 h before the severity changed, not answered',
    );
  });

  it('names the promise where it is not the one that every request has', () => {
    const { data } = breached(at('02:00'), at('02:00:00.019'), 'critical');
    const missed = { ...data, kind: 'resolution', cycle: 2 };
    expect(describeEvent({ type: 'ResolutionBreached', data: missed })).toBe(
      'resolution no. 2: was due 2026-07-13T02:00:00.000Z, found 19 ms after (timer), not resolved',
    );
    const told = { to: 'manager', reason: 'unanswered', obligation: { kind: 'partnerFirstResponse', cycle: 1 } };
    expect(describeEvent({ type: 'Escalated', data: told })).toBe('partnerFirstResponse: to manager (unanswered)');
  });

  it('of a filing says where it was imported from', () => {
    const data = { number: 'SR-1', customerId: 'contoso', title: 'Mail' };
    const importedFrom = { system: 'old-desk', externalId: '4711' };
    expect(describeEvent({ type: 'RequestFiled', data })).toBe('SR-1 for contoso: Mail');
    expect(describeEvent({ type: 'RequestFiled', data: { ...data, importedFrom } })).toBe(
      'SR-1 for contoso: Mail (imported from old-desk, 4711 there)',
    );
  });

  it('cannot steer the terminal', () => {
    const data = { visibility: 'customer', text: '\u001b[2Jgone' };
    expect(describeEvent({ type: 'NoteAdded', data })).toBe('customer: \ufffd[2Jgone');
  });

  it.each([
    ['AlertResolved', { alertId: 'alert-1', because: 'answered' }, 'answered'],
    ['AlertResolved', { alertId: 'alert-1', because: 'moved' }, 'moved'],
    [
      'AlertSnoozed',
      { by: 'operator-1', until: '2026-07-13T04:35:00.000Z' },
      'until 2026-07-13T04:35:00.000Z by operator-1',
    ],
    [
      'SeverityAssigned',
      { from: 'critical', impact: 'minimal', reason: 'Milder', untilDueMs: 1_000 },
      'critical to minimal: Milder, 1 s before due',
    ],
    ['SeverityAssigned', { impact: 'critical' }, 'critical'],
    [
      'ClockPaused',
      { reason: 'parts', pausedAt: '2026-07-13T01:00:00.000Z', untilDueMs: null },
      'parts from 2026-07-13T01:00:00.000Z',
    ],
    [
      'ClockResumed',
      { reasons: ['customer', 'parts'], resumedAt: '2026-07-13T01:00:00.000Z' },
      'customer, parts ended 2026-07-13T01:00:00.000Z',
    ],
    [
      'DeadlineApproaching',
      { kind: 'nextResponse', cycle: 2, percent: 75, dueAt: '2026-07-13T02:00:00.000Z' },
      'nextResponse no. 2: 75 % passed, due 2026-07-13T02:00:00.000Z',
    ],
    [
      'ObligationReevaluated',
      {
        kind: 'resolution',
        cycle: 1,
        reason: 'New contract',
        from: { policy: { id: 'gold', version: 1 }, calendar: { id: 'desk', version: 1 }, tzdata: '2025b' },
        to: { policy: { id: 'gold', version: 2 }, calendar: { id: 'desk', version: 3 }, tzdata: '2025c' },
      },
      'resolution: New contract, from gold v1 on desk v1, zones 2025b to gold v2 on desk v3, zones 2025c',
    ],
    [
      'FirstResponseGiven',
      { text: 'We are on it.', answers: [{ kind: 'programFirstResponse', cycle: 1, elapsedMs: 5_400_000 }] },
      'We are on it. (programFirstResponse after 1 h 30 min)',
    ],
    ['ResponseGiven', { text: 'Soon.', answers: [{ kind: 'nextResponse', cycle: 2, elapsedMs: null }] }, 'Soon.'],
    ['ResponseGiven', { text: 'Soon.', answers: [{ kind: 'nextResponse', cycle: 2 }] }, 'Soon.'],
    [
      'RequestResolved',
      { summary: 'Restarted', resolves: [{ kind: 'resolution', cycle: 1, elapsedMs: 60_000 }] },
      'Restarted (resolution after 1 min)',
    ],
    ['RequestResolved', { summary: 'Restarted' }, 'Restarted'],
    ['CalendarPublished', { version: 2, definition: { displayName: 'Office' } }, 'v2: Office'],
    [
      'SlaPolicyPublished',
      { version: 3, publishedAt: '2026-07-13', effectiveFrom: '2026-08-01', definition: { displayName: 'Gold' } },
      'v3: Gold, in force from 2026-08-01',
    ],
    [
      'HolidaysImported',
      { version: 4, from: '2025-07-13', to: '2036-07-13', dates: ['2026-10-03', '2027-01-01'] },
      'v4: 2 holidays between 2025-07-13 and 2036-07-13',
    ],
    ['CustomerRegistered', { displayName: 'Fabrikam', primaryDomain: 'f.example' }, 'Fabrikam (f.example)'],
    ['ApiKeyIssued', { keyId: 'k1', hash: 'secret', role: 'administrator' }, 'administrator, key k1'],
  ])('%s is said in words', (type, data, expected) => {
    expect(describeEvent({ type, data })).toBe(expected);
  });

  it('has words of its own whatever its type', () => {
    const wordless = EVENT_TYPES.filter((type) => !(type in DESCRIPTIONS));
    expect(wordless).toEqual([]);
  });
});
