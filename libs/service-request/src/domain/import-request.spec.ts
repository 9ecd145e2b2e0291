import { type CommandId, DomainError, type Instant } from '#kernel';
import { type Impact, IMPACTS } from '#service-level';
import { aroundTheClock, at, filedDetails, programTerms, requestId, type WantedTerms } from '#testing';
import { checksOf } from './check-deadline.js';
import { changeSeverity } from './change-severity.js';
import { lifeOf, originOf, recomputeDeadline } from './deadline-origin.js';
import { importRequest } from './import-request.js';
import type { ImportStep, LivedTerms } from './import-steps.js';
import { isPromise } from './promise.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const NOW = at('2026-07-20T00:00');
const importedFrom = { system: 'old-desk', externalId: '4711' };

interface Wanted extends Partial<WantedTerms> {
  readonly impact?: Impact;
  readonly alerts?: boolean;
  readonly now?: Instant;
  readonly filedAt?: Instant;
}

/** By the programme: critical is due in two hours, moderate in four, minimal in eight. */
const importing = (
  steps: readonly ImportStep[],
  { impact = 'critical', alerts = false, now = NOW, filedAt = filedDetails.filedAt, ...more }: Wanted = {},
): Promise<readonly ServiceRequestEvent[]> => {
  const under = (severity: Impact) => programTerms(severity, more.severityChange, more);
  const terms: LivedTerms = {
    asPromised:
      async ({ severity }) =>
      () =>
        under(severity.impact),
    afterChange:
      async ({ severity }, { impact: changed = severity.impact }) =>
      () =>
        under(changed),
    onReopening:
      async ({ severity }) =>
      ({ kind }) => ({ ...under(severity.impact), obligation: kind }),
    openHours: async () => aroundTheClock,
  };
  const filing = { requestId, details: { ...filedDetails, filedAt, importedFrom }, impact, terms: [under(impact)] };
  return importRequest({ filing, steps, alerts, now }, terms, notFiled);
};

const stateAfter = (events: readonly ServiceRequestEvent[]): Exclude<ServiceRequest, { status: 'notFiled' }> => {
  const state = events.reduce<ServiceRequest>(evolve, notFiled);
  if (state.status === 'notFiled') throw new Error('Nothing was filed.');
  return state;
};
const typesOf = (events: readonly ServiceRequestEvent[]): readonly string[] => events.map(({ type }) => type);
const only = <Type extends ServiceRequestEvent['type']>(events: readonly ServiceRequestEvent[], type: Type) =>
  events.filter((event): event is Extract<ServiceRequestEvent, { type: Type }> => event.type === type);
const respond = (time: string): ImportStep => ({ at: at(time), do: 'respond', text: 'We are on it.' });
const refusalOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof DomainError ? [error.kind, error.details.errors] : error;
};

describe('importing a ticket', () => {
  it('keeps where it came from, and each step at its own time', async () => {
    const events = await importing([
      { at: at('00:30'), do: 'note', text: 'Seen.', visibility: 'internal' },
      respond('01:00'),
      { at: at('03:00'), do: 'resolve', summary: 'Fixed.' },
      { at: at('2026-07-15T03:00'), do: 'close', reason: 'Confirmed.' },
    ]);
    expect(typesOf(events)).toEqual([
      'RequestFiled',
      'SeverityAssigned',
      'FirstResponseDue',
      'NoteAdded',
      'FirstResponseGiven',
      'RequestResolved',
      'RequestClosed',
    ]);
    expect(stateAfter(events)).toMatchObject({
      status: 'closed',
      details: { filedAt: at('00:00'), importedFrom },
      obligations: [{ state: 'met', respondedAt: at('01:00'), elapsedMs: 3_600_000 }],
    });
  });

  it('takes an answer at the very due time for one in time', async () => {
    expect(stateAfter(await importing([respond('02:00')])).obligations).toMatchObject([{ state: 'met' }]);
  });

  it('records a miss before the late answer, at its true due time, and tells nobody', async () => {
    const events = await importing([respond('05:00')]);
    expect(typesOf(events).slice(3)).toEqual(['ResponseBreached', 'FirstResponseGiven']);
    expect(only(events, 'ResponseBreached')).toMatchObject([{ data: { dueAt: at('02:00'), cause: 'import' } }]);
    const [obligation] = stateAfter(events).obligations;
    expect(obligation).toMatchObject({ state: 'breached', respondedAt: at('05:00'), breach: { dueAt: at('02:00') } });
    expect(obligation).not.toHaveProperty('chain');
  });

  it('finds what was never answered at the end, and asks about it no more', async () => {
    const events = await importing([], {
      escalation: [
        { afterMs: 0, to: 'a' },
        { afterMs: 1e12, to: 'b' },
      ],
    });
    expect(only(events, 'ResponseBreached')).toMatchObject([{ data: { dueAt: at('02:00'), detectedAt: NOW } }]);
    expect(stateAfter(events).obligations.flatMap((obligation) => checksOf(obligation, false))).toEqual([]);
  });

  it('tells and escalates what was missed then only when asked to', async () => {
    const events = await importing([respond('05:00')], { alerts: true });
    expect(typesOf(events).slice(3)).toEqual(['ResponseBreached', 'Escalated', 'FirstResponseGiven']);
    expect(only(events, 'ResponseBreached')).toMatchObject([{ data: { cause: 'timer' } }]);
  });

  it('moves a deadline by the time of a pause', async () => {
    const events = await importing(
      [
        { at: at('01:00'), do: 'pause', reason: 'waitingOnCustomer' },
        { at: at('09:00'), do: 'resume' },
        respond('09:59'),
      ],
      { pausesOn: ['waitingOnCustomer'] },
    );
    expect(stateAfter(events).obligations).toMatchObject([
      { state: 'met', revision: 2, serviceLevelAgreement: { expirationTime: at('10:00') } },
    ]);
    expect(only(events, 'ClockPaused')).toMatchObject([{ data: { untilDueMs: null } }]);
  });

  it('leaves what is open with a deadline ahead as owed, and asks for nothing before now', async () => {
    const now = at('01:30');
    const events = await importing([], { now, warnings: [50, 80] });
    const [obligation] = stateAfter(events).obligations;
    expect(obligation).toMatchObject({ state: 'open', warnings: [{ percent: 80, at: at('01:36') }] });
    expect(obligation && checksOf(obligation, false)).toEqual([at('01:36'), at('02:00:00.001')]);
    expect(typesOf(events)).not.toContain('DeadlineApproaching');
  });

  it('judges each cycle of a reopened ticket by itself', async () => {
    const events = await importing([
      respond('01:00'),
      { at: at('02:00'), do: 'resolve', summary: 'Fixed.' },
      { at: at('2026-07-14T00:00'), do: 'reopen', reason: 'It is back.' },
      respond('2026-07-14T03:00'),
    ]);
    expect(stateAfter(events).obligations).toMatchObject([
      { kind: 'programFirstResponse', state: 'met' },
      { kind: 'nextResponse', state: 'breached', breach: { dueAt: at('2026-07-14T02:00') } },
    ]);
  });

  it('finds a miss that an upgrade made, without a word to anybody', async () => {
    const upgrade: ImportStep = { at: at('03:00'), do: 'changeSeverity', impact: 'critical', reason: 'Worse.' };
    const events = await importing([upgrade], { impact: 'moderate' });
    expect(typesOf(events).slice(3)).toEqual(['SeverityAssigned', 'FirstResponseDue', 'ResponseBreached']);
    expect(only(events, 'ResponseBreached')).toMatchObject([{ data: { dueAt: at('02:00'), cause: 'import' } }]);
  });

  it('lets the steps of escalation begin when it gets worse here, long after', async () => {
    const state = stateAfter(await importing([], { impact: 'moderate' }));
    const told = changeSeverity(
      { impact: 'critical', reason: 'Worse.', now: NOW },
      () => programTerms('critical'),
      state,
    );
    expect(typesOf(told)).toEqual(['SeverityAssigned', 'Escalated']);
    const after = told.reduce<ServiceRequest>(evolve, state);
    expect(after).toMatchObject({ obligations: [{ chain: { from: NOW, steps: 1 } }] });
  });

  it.each(['retroactive', 'fromChange'] as const)('gives deadlines that come out again: %s', async (severityChange) => {
    const events = await importing(
      [
        { at: at('00:30'), do: 'changeSeverity', impact: 'moderate', reason: 'Milder.' },
        { at: at('01:00'), do: 'pause', reason: 'waitingOnCustomer' },
        { at: at('02:00'), do: 'resume' },
        { at: at('03:00'), do: 'changeSeverity', impact: IMPACTS[0], reason: 'Worse.' },
      ],
      { severityChange, pausesOn: ['waitingOnCustomer'] },
    );
    const promises = events.filter(isPromise);
    expect(promises).toHaveLength(4);
    for (const { data } of promises) {
      const history = events.slice(0, 1 + events.findIndex((event) => event.data === data));
      const life = lifeOf(history.map((event) => ({ event, commandId: 'import' as CommandId })));
      const origin = originOf(life, () => true);
      const again = origin && recomputeDeadline(origin, aroundTheClock());
      expect(again?.expirationTime).toBe(data.serviceLevelAgreement.expirationTime);
    }
  });

  it('does nothing where it is already', async () => {
    const state = stateAfter(await importing([]));
    const filing = { requestId, details: filedDetails, impact: 'critical', terms: [] } as const;
    const none = undefined as unknown as LivedTerms;
    expect(await importRequest({ filing, steps: [], alerts: false, now: NOW }, none, state)).toEqual([]);
  });

  it('refuses all that lies in the future at once', async () => {
    const refused = importing([respond('01:00'), respond('03:00')], { now: at('00:30'), filedAt: at('00:45') });
    expect(await refusalOf(refused)).toMatchObject([
      'invalid',
      [{ pointer: '#/filedAt' }, { pointer: '#/timeline/0/at', code: 'future' }, { pointer: '#/timeline/1/at' }],
    ]);
  });

  it('refuses the first step that cannot have been, with the words of its decision', async () => {
    const refused = importing([respond('01:00'), { at: at('01:10'), do: 'resume' }, respond('01:20')]);
    expect(await refusalOf(refused)).toEqual([
      'invalid',
      [{ pointer: '#/timeline/1', code: 'clock-running', detail: 'The clock is not paused.' }],
    ]);
  });
});
