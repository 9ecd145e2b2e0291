import { answered, at, breached, filed, firstResponse, nextResponse, requestId, specify } from '#testing';
import type { ObligationKey } from './service-request.events.js';
import { annulBreach } from './annul-breach.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const annul =
  (obligation: ObligationKey = firstResponse) =>
  (request: ServiceRequest): ReturnType<typeof annulBreach> =>
    annulBreach({ obligation, reason: 'Answered by phone', evidence: 'Call record 4711', now: at('03:00') }, request);
const missed = given(
  ...filed('critical'),
  breached(at('02:00'), at('02:00:00.001'), 'critical'),
  answered(at('02:05')),
);

describe('annulling a breach', () => {
  it('records why and by what evidence, and leaves the breach for all to see (E49, R9)', () => {
    missed.when(annul()).emits([
      {
        type: 'BreachAnnulled',
        data: {
          requestId,
          ...firstResponse,
          reason: 'Answered by phone',
          evidence: 'Call record 4711',
          annulledAt: at('03:00'),
        },
      },
    ]);
    expect(missed.after(annul()).state).toMatchObject({
      obligations: [
        {
          state: 'annulled',
          breach: { dueAt: at('02:00'), detectedAt: at('02:00:00.001') },
          annulment: { reason: 'Answered by phone', evidence: 'Call record 4711', annulledAt: at('03:00') },
        },
      ],
    });
  });

  it('needs a breach, once', () => {
    given(...filed('critical'))
      .when(annul())
      .refuses({ kind: 'conflict', code: 'not-breached' });
    given(...filed('critical'), answered(at('01:00')))
      .when(annul())
      .refuses({ kind: 'conflict', code: 'not-breached' });
    missed.after(annul()).when(annul()).refuses({ kind: 'conflict', code: 'breach-annulled-already' });
  });

  it('needs an obligation of a request that is filed', () => {
    missed.when(annul(nextResponse)).refuses({ kind: 'not-found', code: 'obligation-not-found' });
    given().when(annul()).refuses({ kind: 'not-found', code: 'service-request-not-found' });
  });
});
