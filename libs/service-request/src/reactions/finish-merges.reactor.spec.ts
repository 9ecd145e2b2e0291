import { MemoryEventStore, type Position, type SubscriptionBatch } from '#event-store';
import { Followers } from '#following';
import {
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  ManualClock,
  newUuid,
  type RequestId,
  type TenantId,
} from '#kernel';
import { type Impact, SlaCatalogue } from '#service-level';
import { at, eventually, filedDetails, programTerms } from '#testing';
import { MergeRequestCommand } from '../commands/merge-request/merge-request.command.js';
import { MergeRequestHandler } from '../commands/merge-request/merge-request.handler.js';
import { fileRequest } from '../domain/file-request.js';
import { absorbDuplicate } from '../domain/merge.js';
import { pauseClock } from '../domain/pause-clock.js';
import { mustBeFiled } from '../domain/refusals.js';
import { notFiled } from '../domain/service-request.state.js';
import { PinnedTerms } from '../pinned-terms.js';
import { ServiceRequestStore } from '../service-request.store.js';
import { FinishMergesReactor } from './finish-merges.reactor.js';

const tenantId = 'contoso' as TenantId;
const metaOf = (tenant = tenantId): CommandMeta => ({
  commandId: newUuid() as CommandId,
  correlationId: newUuid() as CorrelationId,
  tenantId: tenant,
  actor: { id: 'ann', role: 'operator', kind: 'person' },
});

const pausing = (impact: Impact) => programTerms(impact, 'retroactive', { pausesOn: ['parts'] });

const fixture = () => {
  const events = new MemoryEventStore();
  const clock = new ManualClock(at('01:00'));
  const requests = new ServiceRequestStore(events, clock);
  const nothing = { find: async () => undefined };
  const pinned = new PinnedTerms(new SlaCatalogue(nothing, nothing, '2025b'));
  const handler = new MergeRequestHandler(requests, pinned, clock);
  const stop = new AbortController();
  let position: Position | undefined;
  return {
    requests,
    merge: (duplicate: RequestId, into: RequestId, meta = metaOf(), revision?: bigint) =>
      handler.execute(new MergeRequestCommand(duplicate, { into }, meta, revision)),
    file: async (impact: 'critical' | 'minimal', meta = metaOf()): Promise<RequestId> => {
      const requestId = newUuid() as RequestId;
      await requests.change(requestId, meta, (request) =>
        fileRequest({ requestId, impact, terms: [pausing(impact)], details: filedDetails }, request),
      );
      return requestId;
    },
    stateOf: async (id: RequestId) => mustBeFiled((await requests.find(tenantId, id))?.state ?? notFiled),
    typesOf: async (id: RequestId) =>
      (await events.readStream(requests.streamOf(tenantId, id))).map(({ type }) => type).slice(3),
    /** In a process of its own, with a memory of its own. */
    react: () => {
      const reactor = new FinishMergesReactor(new ServiceRequestStore(events, clock), clock);
      const { name, types } = reactor;
      const handle = async (batch: SubscriptionBatch): Promise<void> => {
        await reactor.react(batch.events);
        ({ position } = batch);
      };
      const followers = new Followers(clock, { error: () => undefined });
      return followers.follow(events, { name, types, handle }, { signal: stop.signal });
    },
    reached: () => position,
    end: () => {
      stop.abort();
    },
  };
};

describe('a merge', () => {
  it('that died between its two appends is finished by the reaction to the first (G2)', async () => {
    const on = fixture();
    const [survivor, duplicate] = [await on.file('minimal'), await on.file('critical')];
    const state = await on.stateOf(duplicate);
    await on.requests.change(survivor, metaOf(), (request) =>
      absorbDuplicate({ duplicate: state, now: at('01:00') }, request),
    );
    const running = on.react();
    await eventually(async () => (await on.typesOf(duplicate)).includes('RequestMerged'));
    on.end();
    await running;
    expect(await on.typesOf(duplicate)).toEqual(['RequestMerged']);
    expect((await on.merge(duplicate, survivor)).state).toMatchObject({ status: 'closed', mergedInto: survivor });
  });

  it('that is done leaves the reaction nothing to do', async () => {
    const on = fixture();
    const [survivor, duplicate] = [await on.file('minimal'), await on.file('critical')];
    await on.merge(duplicate, survivor);
    const running = on.react();
    await eventually(() => on.reached() !== undefined);
    on.end();
    await running;
    expect(await on.typesOf(duplicate)).toEqual(['RequestMerged']);
    expect(await on.typesOf(survivor)).toEqual(['DuplicateAbsorbed', 'SeverityAssigned', 'FirstResponseDue']);
  });

  it('happens once by one key, however often it is sent', async () => {
    const on = fixture();
    const [survivor, duplicate] = [await on.file('minimal'), await on.file('critical')];
    const meta = { ...metaOf(), fingerprint: 'merge' };
    const first = await on.merge(duplicate, survivor, meta);
    const again = await on.merge(duplicate, survivor, meta);
    expect(again).toMatchObject({ replayed: true, revision: first.revision });
    expect(await on.typesOf(survivor)).toHaveLength(3);
  });

  it('lets a duplicate that stands run again first, so that what it is owed is handed over', async () => {
    const on = fixture();
    const [survivor, duplicate] = [await on.file('minimal'), await on.file('critical')];
    const { revision } = await on.requests.change(duplicate, metaOf(), (request) =>
      pauseClock({ reason: 'parts', now: at('00:30') }, request),
    );
    await on.merge(duplicate, survivor, metaOf(), revision);
    expect(await on.typesOf(duplicate)).toEqual(['ClockPaused', 'ClockResumed', 'FirstResponseDue', 'RequestMerged']);
    expect(await on.stateOf(survivor)).toMatchObject({
      obligations: [{ state: 'open', severity: 'critical', serviceLevelAgreement: { expirationTime: at('02:00') } }],
    });
  });

  it('that is refused lets nothing run again', async () => {
    const on = fixture();
    const duplicate = await on.file('critical');
    await on.requests.change(duplicate, metaOf(), (request) =>
      pauseClock({ reason: 'parts', now: at('00:30') }, request),
    );
    await expect(on.merge(duplicate, duplicate)).rejects.toMatchObject({ code: 'merge-into-itself' });
    expect(await on.typesOf(duplicate)).toEqual(['ClockPaused']);
  });

  it('touches neither when the duplicate is not at the revision asked for (G5)', async () => {
    const on = fixture();
    const [survivor, duplicate] = [await on.file('minimal'), await on.file('critical')];
    await expect(on.merge(duplicate, survivor, metaOf(), 7n)).rejects.toMatchObject({ kind: 'precondition-failed' });
    expect(await on.typesOf(survivor)).toEqual([]);
  });

  it('does not reach into another tenant (G9)', async () => {
    const on = fixture();
    const duplicate = await on.file('critical');
    const theirs = await on.file('critical', metaOf('fabrikam' as TenantId));
    await expect(on.merge(duplicate, theirs)).rejects.toMatchObject({
      kind: 'invalid',
      details: { errors: [{ pointer: '#/into' }] },
    });
  });
});
