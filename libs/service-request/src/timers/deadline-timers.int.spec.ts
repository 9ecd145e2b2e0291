import type { Timer } from '#job-queue';
import { type Instant, instantFromMs, instantToMs, type RequestId } from '#kernel';
import { aroundTheClock, at, eventually, newEvents, programTerms, termsOf } from '#testing';
import { timing } from '../../test/timing.js';
import { changeSeverity } from '../domain/change-severity.js';
import { giveResponse } from '../domain/give-response.js';
import { pauseClock } from '../domain/pause-clock.js';
import { reopenRequest } from '../domain/reopen-request.js';
import { resumeClock } from '../domain/resume-clock.js';
import { closeRequest } from '../domain/settle-request.js';
import { ServiceRequestQueries } from '../read-models/service-request.queries.js';
import { HORIZON_MS, SWEEP_EVERY_MS } from './deadline-timers.js';

const MINUTE_MS = 60_000;

const timerOf = (id: RequestId, dueAt: Instant, revision = 1): Timer => ({
  id: `contoso.${id}.programFirstResponse.1.r${revision}.${instantToMs(dueAt)}`,
  dueAt,
  payload: { tenantId: 'contoso', requestId: id, kind: 'programFirstResponse', cycle: 1 },
});

describe('deadline timers', () => {
  let on: Awaited<ReturnType<typeof timing>>;

  beforeEach(async () => {
    on = await timing();
  });

  afterEach(() => on.end());

  /** Whether one is armed that asks a millisecond after it is due, so many minutes after 00:00. */
  const isArmed = async (id: RequestId, budgetMs = MINUTE_MS, revision = 1): Promise<boolean> => {
    const asksAt = instantFromMs(instantToMs(at('00:00')) + budgetMs + 1);
    return (await on.queue.missing([timerOf(id, asksAt, revision).id])).length === 0;
  };

  it('tells of a promise that a newer version wrote, and arms the others', async () => {
    const refused: unknown[] = [];
    on.follow((error) => refused.push(error));
    const [unknown] = newEvents(1, { type: 'FirstResponseDue', data: () => ({}) });
    if (unknown === undefined) throw new Error('No event was made.');
    await on.events.append('serviceRequest-contoso.newer', 'none', [{ ...unknown, schemaVersion: 99 }]);
    const known = await on.file(MINUTE_MS);
    await eventually(() => isArmed(known));
    expect(refused).toMatchObject([{ name: 'UnknownEventError' }]);
  });

  describe('a sweep', () => {
    it('arms what is to be asked inside the horizon, its end included, and nothing beyond', async () => {
      const near = await on.file(MINUTE_MS);
      const edge = await on.file(HORIZON_MS - 1);
      const beyond = await on.file(HORIZON_MS);
      expect(await on.sweep()).toBe(2);
      expect(await isArmed(near)).toBe(true);
      expect(await isArmed(edge, HORIZON_MS - 1)).toBe(true);
      expect(await isArmed(beyond, HORIZON_MS)).toBe(false);
      on.clock.advance(1);
      await on.sweep();
      expect(await isArmed(beyond, HORIZON_MS)).toBe(true);
    });

    it('asks itself about what is due while the queue refuses, and tells why', async () => {
      const [missed, owed] = [await on.file(MINUTE_MS), await on.file(2 * MINUTE_MS)];
      const refusal = new Error('Redis is away');
      jest.spyOn(on.queue, 'arm').mockRejectedValue(refusal);
      on.clock.set(at('00:01:30'));
      await on.sweep();
      expect(await on.timers.sweep(on.ask)).toMatchObject({ refusal });
      expect(await on.breachesOf(missed)).toEqual([
        expect.objectContaining({ dueAt: at('00:01'), detectedAt: at('00:01:30') }),
      ]);
      expect(await on.breachesOf(owed)).toEqual([]);
    });

    it('asks itself about what is armed and overdue, because the queue does not run it', async () => {
      const [stuck, due] = [await on.file(MINUTE_MS), await on.file(MINUTE_MS + 15_000)];
      await on.sweep();
      on.clock.set(at('00:01:20'));
      expect(await on.report()).toMatchObject({ asked: 1, armed: 0, nextInMs: 5_000 });
      expect(await on.breachesOf(stuck)).toHaveLength(1);
      expect(await on.breachesOf(due)).toEqual([]);
      await on.queue.runDue();
      expect(await on.breachesOf(stuck)).toHaveLength(1);
      expect(await on.report()).toMatchObject({ swept: 0, asked: 0, nextInMs: SWEEP_EVERY_MS });
    });

    it('that is told to end while the queue refuses asks no more, and leaves the others to the next one', async () => {
      await Promise.all(Array.from({ length: 1_001 }, () => on.file(MINUTE_MS)));
      await on.sweep();
      on.queue.empty();
      const refused = jest.spyOn(on.queue, 'missing').mockRejectedValue(new Error('Redis is away'));
      on.clock.set(at('00:02'));
      const stop = new AbortController();
      const asked: string[] = [];
      const askOnce = async ({ id }: Timer): Promise<void> => {
        asked.push(id);
        stop.abort();
      };
      const cut = await on.timers.sweep(askOnce, stop.signal);
      expect(cut).toMatchObject({ swept: 1_000, asked: asked.length, complete: false });
      expect(asked.length).toBeLessThanOrEqual(64);
      expect(await on.timers.sweep(askOnce, stop.signal)).toMatchObject({ swept: 0, asked: 0, complete: false });
      refused.mockRestore();
      expect(await on.report()).toMatchObject({ swept: 1_001, armed: 1_001, complete: true });
    });

    it('comes often enough to arm each deadline before it is due', () => {
      expect(SWEEP_EVERY_MS * 2).toBeLessThanOrEqual(HORIZON_MS);
    });

    it('arms again what the queue has lost, with its true due (E51)', async () => {
      const ids = await Promise.all([1, 2, 3].map((minutes) => on.file(minutes * MINUTE_MS)));
      await on.sweep();
      on.queue.empty();
      on.clock.set(at('00:02:30'));
      expect(await on.sweep()).toBe(3);
      expect(await on.queue.runDue()).toBe(2);
      const breaches = await Promise.all(ids.map((id) => on.breachesOf(id)));
      expect(breaches).toEqual([
        [expect.objectContaining({ dueAt: at('00:01'), detectedAt: at('00:02:30') })],
        [expect.objectContaining({ dueAt: at('00:02'), detectedAt: at('00:02:30') })],
        [],
      ]);
    });

    it('arms nothing that was answered, closed or missed already', async () => {
      const answered = await on.file(MINUTE_MS);
      const closed = await on.file(MINUTE_MS);
      const missed = await on.file(MINUTE_MS);
      await on.change(answered, (request) =>
        giveResponse({ text: 'Hello', now: on.clock.now() }, aroundTheClock, request),
      );
      await on.change(closed, (request) => closeRequest({ reason: 'Withdrawn', now: on.clock.now() }, request));
      on.clock.advance(MINUTE_MS + 1);
      await on.ask(timerOf(missed, on.clock.now()));
      expect(await on.sweep()).toBe(0);
    });

    it('arms what was answered late and not recorded as missed yet (E45)', async () => {
      const late = await on.file(MINUTE_MS);
      on.clock.advance(2 * MINUTE_MS);
      await on.change(late, (request) => giveResponse({ text: 'Hello', now: on.clock.now() }, aroundTheClock, request));
      await on.sweep();
      await on.queue.runDue();
      expect(await on.breachesOf(late)).toMatchObject([{ dueAt: at('00:01'), respondedAt: at('00:02') }]);
    });

    it('leaves out none of many that are due at one instant', async () => {
      await Promise.all(Array.from({ length: 1_001 }, () => on.file(MINUTE_MS)));
      expect(await on.sweep()).toBe(1_001);
      expect(await on.queue.armedCount()).toBe(1_001);
    });
  });

  describe('what is asked besides the deadline', () => {
    const steps = [
      { afterMs: 0, to: 'duty-manager' },
      { afterMs: MINUTE_MS, to: 'manager' },
    ];
    const happened = async (id: RequestId) => (await on.typesOf(id)).slice(3);

    it('is each warning and each step of escalation at its time, whoever arms them (R11)', async () => {
      on.follow();
      const followed = await on.file(2 * MINUTE_MS, { warnings: [50], escalation: steps });
      await eventually(() => isArmed(followed, 2 * MINUTE_MS));
      on.queue.empty();
      const swept = await on.file(2 * MINUTE_MS, { warnings: [50], escalation: steps });
      for (const [time, expected] of [
        ['00:00:59.999', []],
        ['00:01', ['DeadlineApproaching']],
        ['00:02:00.001', ['DeadlineApproaching', 'ResponseBreached', 'Escalated']],
        ['00:02:59.999', ['DeadlineApproaching', 'ResponseBreached', 'Escalated']],
        ['00:03', ['DeadlineApproaching', 'ResponseBreached', 'Escalated', 'Escalated']],
      ] as const) {
        on.clock.set(at(time));
        await on.sweep();
        await on.queue.runDue();
        expect(await Promise.all([followed, swept].map(happened))).toEqual([expected, expected]);
      }
      expect(await on.sweep()).toBe(0);
    });

    it('is asked once for all that is past, after an outage (E51)', async () => {
      const id = await on.file(2 * MINUTE_MS, { warnings: [50, 75], escalation: steps });
      on.clock.set(at('00:10'));
      await on.sweep();
      expect(await on.queue.armedCount()).toBe(1);
      await on.queue.runDue();
      expect(await happened(id)).toEqual(['ResponseBreached', 'Escalated', 'Escalated']);
      expect(await on.sweep()).toBe(0);
    });

    it('is nothing while the clock is paused, and the new deadline when it runs again (E55)', async () => {
      const terms = { budgetMs: 2 * MINUTE_MS, pausesOn: ['parts'] };
      const id = await on.file(terms.budgetMs, terms);
      await on.change(id, (request) => pauseClock({ reason: 'parts', now: on.clock.now() }, request));
      expect(await on.sweep()).toBe(0);
      on.clock.set(at('00:05'));
      await on.change(id, (request) => resumeClock({ now: on.clock.now() }, () => termsOf(terms), request));
      expect(await on.sweep()).toBe(1);
      expect(await isArmed(id, 7 * MINUTE_MS, 2)).toBe(true);
    });
  });

  describe('drift', () => {
    it('is what was armed and is gone, and is told once', async () => {
      on.follow();
      await Promise.all([on.file(2 * MINUTE_MS), on.file(3 * MINUTE_MS)]);
      expect(await on.report()).toMatchObject({ drift: 0 });
      on.queue.empty();
      expect(await on.report()).toMatchObject({ armed: 2, drift: 2 });
      expect(await on.report()).toMatchObject({ armed: 0, drift: 0 });
    });

    it('is not what newly comes into the horizon, or has just fired', async () => {
      on.follow();
      await Promise.all([on.file(MINUTE_MS), on.file(HORIZON_MS + MINUTE_MS)]);
      await on.report();
      on.clock.set(at('00:01:00.001'));
      on.queue.empty();
      expect(await on.report()).toMatchObject({ swept: 2, armed: 2, drift: 0 });
    });

    it('is not what the rows know and nobody has followed yet', async () => {
      await on.report();
      await on.file(MINUTE_MS);
      expect(await on.report()).toMatchObject({ armed: 1, drift: 0 });
    });

    it('that the rows cannot be asked about fails the sweep, and is not blamed on the queue', async () => {
      on.follow();
      await on.file(2 * MINUTE_MS);
      await on.report();
      on.queue.empty();
      const error = new Error('The read store is closed');
      const rows = jest.spyOn(ServiceRequestQueries.prototype, 'lastChanges').mockRejectedValue(error);
      await expect(on.report()).rejects.toBe(error);
      on.queue.empty();
      rows.mockRestore();
      expect(await on.report()).toMatchObject({ asked: 0, armed: 1, drift: 1 });
    });

    it('is what could not be armed as it was promised', async () => {
      const refused: unknown[] = [];
      on.follow((error) => refused.push(error));
      await on.file(3 * MINUTE_MS);
      await on.report();
      on.queue.goDown();
      await on.file(2 * MINUTE_MS);
      await eventually(() => refused.length > 0);
      on.queue.comeBack();
      const later = await on.file(MINUTE_MS);
      await eventually(() => isArmed(later));
      expect(await on.report()).toMatchObject({ armed: 1, drift: 1 });
    });
  });

  describe('following', () => {
    it('arms near deadlines as they are promised, and leaves far ones to a sweep', async () => {
      on.follow();
      const far = await on.file(HORIZON_MS + 1);
      const near = await on.file(MINUTE_MS);
      await eventually(() => isArmed(near));
      expect(await isArmed(far, HORIZON_MS)).toBe(false);
    });

    it('arms each new deadline of a promise for itself', async () => {
      on.follow();
      const id = await on.file(MINUTE_MS);
      await on.change(id, (request) =>
        changeSeverity(
          { impact: 'moderate', reason: 'Milder', now: on.clock.now() },
          () => termsOf({ budgetMs: 2 * MINUTE_MS }),
          request,
        ),
      );
      await eventually(() => isArmed(id, 2 * MINUTE_MS, 2));
      expect(await isArmed(id)).toBe(true);
    });

    it('arms the steps that an upgrade starts anew, without a sweep (E29)', async () => {
      const escalation = [
        { afterMs: 0, to: 'duty-manager' },
        { afterMs: MINUTE_MS, to: 'manager' },
      ];
      const terms = { budgetMs: MINUTE_MS, escalation };
      const id = await on.file(MINUTE_MS, terms);
      await on.change(id, (request) =>
        changeSeverity({ impact: 'moderate', reason: 'Milder', now: on.clock.now() }, () => termsOf(terms), request),
      );
      on.clock.set(at('00:01:30'));
      await on.ask(timerOf(id, on.clock.now()));
      on.follow();
      await on.change(id, (request) =>
        changeSeverity({ impact: 'critical', reason: 'Worse', now: on.clock.now() }, () => termsOf(terms), request),
      );
      await eventually(() => isArmed(id, 2.5 * MINUTE_MS - 1, 2));
      on.clock.set(at('00:02:30'));
      await on.queue.runDue();
      expect((await on.typesOf(id)).slice(-2)).toEqual(['Escalated', 'Escalated']);
    });

    it('arms the steps that go on after a reopening, without a sweep (E41)', async () => {
      const escalation = [
        { afterMs: 0, to: 'duty-manager' },
        { afterMs: MINUTE_MS, to: 'manager' },
      ];
      const id = await on.file(MINUTE_MS, { escalation });
      on.clock.set(at('00:01:30'));
      await on.ask(timerOf(id, on.clock.now()));
      await on.change(id, (request) => closeRequest({ reason: 'By mistake', now: on.clock.now() }, request));
      on.clock.set(at('00:05'));
      on.follow();
      await on.change(id, (request) =>
        reopenRequest({ reason: 'Open', now: on.clock.now() }, () => termsOf({ budgetMs: MINUTE_MS }), request),
      );
      await eventually(() => isArmed(id, 5.5 * MINUTE_MS - 1));
      on.clock.set(at('00:05:30'));
      await on.queue.runDue();
      expect((await on.typesOf(id)).slice(-2)).toEqual(['RequestReopened', 'Escalated']);
    });

    it('tells what the queue refuses and goes on; the next sweep arms it', async () => {
      const refused: unknown[] = [];
      on.follow((error) => refused.push(error));
      on.queue.goDown();
      const lost = await on.file(MINUTE_MS);
      await eventually(() => refused.length > 0);
      on.queue.comeBack();
      const next = await on.file(MINUTE_MS);
      await eventually(() => isArmed(next));
      expect(await isArmed(lost)).toBe(false);
      await on.sweep();
      expect(await isArmed(lost)).toBe(true);
    });
  });

  describe('a timer', () => {
    it('asks a millisecond after due, because a response at due is in time (R6)', async () => {
      const id = await on.file(MINUTE_MS);
      await on.sweep();
      on.clock.set(at('00:01'));
      expect(await on.queue.runDue()).toBe(0);
      on.clock.advance(1);
      expect(await on.queue.runDue()).toBe(1);
      expect((await on.typesOf(id)).slice(-2)).toEqual(['ResponseBreached', 'Escalated']);
    });

    it('changes nothing when it is doubled, or run by two workers at once (E50, G2)', async () => {
      const id = await on.file(MINUTE_MS);
      on.clock.advance(MINUTE_MS + 1);
      const timer = timerOf(id, on.clock.now());
      await Promise.all([on.ask(timer), on.ask(timer)]);
      await on.ask(timer);
      expect(await on.breachesOf(id)).toHaveLength(1);
    });

    it('changes nothing when it is early, and is armed again by the next sweep (E47)', async () => {
      const id = await on.file(MINUTE_MS);
      on.clock.advance(MINUTE_MS - 1);
      await on.ask(timerOf(id, at('00:01:00.001')));
      expect(await on.breachesOf(id)).toEqual([]);
      expect(await isArmed(id)).toBe(false);
      await on.sweep();
      on.clock.advance(2);
      await on.queue.runDue();
      expect(await on.breachesOf(id)).toHaveLength(1);
    });

    it('changes nothing when its deadline was moved, and the newest one fires once (E32)', async () => {
      const id = await on.file(MINUTE_MS);
      await on.sweep();
      await on.change(id, (request) =>
        changeSeverity(
          { impact: 'minimal', reason: 'Milder', now: on.clock.now() },
          () => termsOf({ budgetMs: 3 * MINUTE_MS }),
          request,
        ),
      );
      await on.sweep();
      on.clock.advance(2 * MINUTE_MS);
      expect(await on.queue.runDue()).toBe(1);
      expect(await on.breachesOf(id)).toEqual([]);
      on.clock.advance(2 * MINUTE_MS);
      await on.queue.runDue();
      expect(await on.breachesOf(id)).toMatchObject([{ revision: 2, dueAt: at('00:03') }]);
    });

    it('changes nothing for a request that was answered in time (E46), or that is not there', async () => {
      const id = await on.file(MINUTE_MS);
      await on.sweep();
      await on.change(id, (request) => giveResponse({ text: 'Hello', now: on.clock.now() }, aroundTheClock, request));
      on.clock.advance(10 * MINUTE_MS);
      expect(await on.queue.runDue()).toBe(1);
      expect(await on.breachesOf(id)).toEqual([]);
      await expect(
        on.ask(timerOf('01980000-0000-7000-8000-00000000dead' as RequestId, on.clock.now())),
      ).resolves.toBeUndefined();
    });

    it('asks the store, not what another process was told before (G5)', async () => {
      const id = await on.file(480 * MINUTE_MS);
      await on.ask(timerOf(id, on.clock.now()));
      on.clock.set(at('01:00'));
      await on.change(id, (request) =>
        changeSeverity(
          { impact: 'moderate', reason: 'Worse', now: on.clock.now() },
          () => programTerms('moderate'),
          request,
        ),
      );
      on.clock.set(at('04:00:00.001'));
      await on.ask(timerOf(id, on.clock.now(), 2));
      expect(await on.breachesOf(id)).toMatchObject([{ dueAt: at('04:00') }]);
    });
  });
});

describe('when more is due soon than is armed at a time', () => {
  const MOST = 1_000;
  const COUNT = 2_500;
  let on: Awaited<ReturnType<typeof timing>>;

  beforeEach(async () => {
    on = await timing(MOST);
  });

  afterEach(() => on.end());

  it('arms the soonest, goes on as they fire, and is late with none', async () => {
    const ids = await Promise.all(Array.from({ length: COUNT }, (_, i) => on.file(1_000 + 100 * (COUNT - i))));
    let sweep = await on.report();
    expect(sweep.complete).toBe(false);
    while (sweep.swept > 0) {
      expect(await on.queue.armedCount()).toBeLessThanOrEqual(2 * MOST);
      for (let passed = 0; passed < sweep.nextInMs; passed += 1_000) {
        on.clock.advance(1_000);
        await on.queue.runDue();
      }
      sweep = await on.report();
      expect(sweep.drift).toBe(0);
    }
    const lateness = await Promise.all(
      ids.map(async (id) =>
        (await on.breachesOf(id)).map(
          ({ dueAt, detectedAt }) => instantToMs(detectedAt as Instant) - instantToMs(dueAt as Instant),
        ),
      ),
    );
    expect(lateness.flat()).toHaveLength(COUNT);
    expect(Math.max(...lateness.flat())).toBeLessThanOrEqual(1_000);
  });

  it('arms only what is due soon while the queue is crowded with what was answered', async () => {
    const answeredOnes = Array.from({ length: 2 * MOST }, (_, i) => ({
      id: `answered-${i}`,
      dueAt: at('00:09'),
      payload: {},
    }));
    await on.queue.arm(answeredOnes);
    const [far, near] = [await on.file(8 * MINUTE_MS), await on.file(30_000)];
    expect(await on.report()).toMatchObject({ armed: 1, complete: false });
    expect(await on.queue.missing([timerOf(near, at('00:00:30.001')).id])).toEqual([]);
    on.queue.empty();
    expect(await on.report()).toMatchObject({ armed: 2, complete: true });
    expect(await on.queue.missing([timerOf(far, at('00:08:00.001')).id])).toEqual([]);
  });

  it('arms as it is promised only what is due before the next sweep', async () => {
    await Promise.all(Array.from({ length: MOST }, (_, i) => on.file(9 * MINUTE_MS + i)));
    await on.report();
    on.follow();
    const far = await on.file(8 * MINUTE_MS);
    const near = await on.file(30_000);
    await eventually(async () => (await on.queue.missing([timerOf(near, at('00:00:30.001')).id])).length === 0);
    expect(await on.queue.missing([timerOf(far, at('00:08:00.001')).id])).toHaveLength(1);
    expect(await on.report()).toMatchObject({ drift: 0 });
    expect(await on.queue.missing([timerOf(far, at('00:08:00.001')).id])).toEqual([]);
  });
});
