import type { Instant } from '#kernel';
import { at, closed, escalatedForBreach, filed, requestId, specify } from '#testing';
import { escalate, type Escalate } from './escalate.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const vendor = { vehicle: 'ASfP', criterion: 'bug', externalId: '4711' };
const escalated =
  (target: string, now: Instant, by?: Escalate['vendor']) =>
  (request: ServiceRequest): ReturnType<typeof escalate> =>
    escalate({ target, reason: 'Needs a specialist', now, vendor: by }, request);

describe('escalating by hand', () => {
  it('records to whom, and why', () =>
    given(...filed('critical'))
      .when(escalated('tier2', at('00:10')))
      .emits([
        {
          type: 'Escalated',
          data: {
            requestId,
            level: 1,
            to: 'tier2',
            reason: 'manual',
            note: 'Needs a specialist',
            escalatedAt: at('00:10'),
          },
        },
      ]));

  it('records by which vehicle and by what right the vendor is asked (REQ-21)', () =>
    given(...filed('critical'))
      .when(escalated('vendor', at('00:10'), vendor))
      .emitsLike([{ data: { to: 'vendor', reason: 'vendor', ...vendor } }]));

  it('rises by a level each time, whoever escalated before', () =>
    given(...filed('critical'), escalatedForBreach(at('02:00:00.001')))
      .after(escalated('tier2', at('02:10')))
      .when(escalated('manager', at('02:20')))
      .emitsLike([{ data: { level: 3 } }]));

  it('answers no promise', () => {
    expect(given(...filed('critical')).after(escalated('tier2', at('00:10'))).state).toMatchObject({
      status: 'escalated',
      obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: at('02:00') } }],
    });
  });

  it('needs a request that is filed and open', () => {
    given()
      .when(escalated('tier2', at('00:10')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
    given(...filed('critical'), closed(at('00:05')))
      .when(escalated('tier2', at('00:10')))
      .refuses({ kind: 'conflict', code: 'service-request-settled' });
  });
});
