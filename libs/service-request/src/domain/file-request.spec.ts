import { alwaysOpen, type Calendar } from '#business-time';
import { at, filed, filedDetails, programTerms, promised, requestId, specify, termsOf } from '#testing';
import { fileRequest } from './file-request.js';
import { evolve, notFiled } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const filing = { requestId, details: filedDetails, impact: 'critical', terms: [programTerms('critical')] } as const;

describe('filing a request', () => {
  it.each([
    ['critical', '02:00'],
    ['moderate', '04:00'],
    ['minimal', '08:00'],
  ] as const)('promises a first response on a %s impact by %s (REQ-55..58)', (impact, due) =>
    given()
      .when((request) => fileRequest({ ...filing, impact, terms: [programTerms(impact)] }, request))
      .emitsLike([
        { type: 'RequestFiled', data: { requestId, title: filedDetails.title } },
        { type: 'SeverityAssigned', data: { impact, assignedAt: at('00:00') } },
        {
          type: 'FirstResponseDue',
          data: {
            revision: 1,
            severity: impact,
            serviceLevelAgreement: { startTime: at('00:00'), expirationTime: at(due) },
          },
        },
      ]),
  );

  it('records filing, severity and promise exactly', () =>
    given()
      .when((request) => fileRequest(filing, request))
      .emits(filed('critical')));

  it('counts open hours only (R5)', () => {
    const mornings: Calendar = { ...alwaysOpen, week: { '1': [['00:00', '01:00']], '2': [['09:00', '10:00']] } };
    given()
      .when((request) =>
        fileRequest({ ...filing, terms: [termsOf({ budgetMs: 7_200_000, calendar: mornings })] }, request),
      )
      .emitsLike([
        {},
        {},
        {
          data: {
            calendar: { id: 'published', version: 1 },
            serviceLevelAgreement: { expirationTime: at('2026-07-14T10:00') },
          },
        },
      ]);
  });

  it('names the promise by the obligation of the policy', () =>
    given()
      .when((request) =>
        fileRequest({ ...filing, terms: [termsOf({ budgetMs: 1, obligation: 'resolution' })] }, request),
      )
      .emitsLike([
        {},
        {},
        { data: { kind: 'resolution', cycle: 1, serviceLevelAgreement: { slaMinutes: 1 / 60_000 } } },
      ]));

  it('does nothing when it is filed already', () =>
    given(...filed('critical'))
      .when((request) => fileRequest(filing, request))
      .emitsNothing());

  it('refuses when the calendar cannot reach the budget (R13)', () => {
    const never: Calendar = { ...alwaysOpen, week: {}, overrides: { '2026-07-13': [['00:00', '01:00']] } };
    given()
      .when((request) =>
        fileRequest({ ...filing, terms: [termsOf({ budgetMs: 7_200_000, calendar: never })] }, request),
      )
      .refuses({ kind: 'conflict', code: 'deadline-unreachable' });
  });

  it('never moves a promise that was given under other terms (R10)', () => {
    const tighter = promised({ severity: 'critical', dueAt: at('00:30'), terms: termsOf({ budgetMs: 1_800_000 }) });
    const { state } = given(...filed('critical').slice(0, 2), tighter);
    expect(state).toMatchObject({ obligations: [{ serviceLevelAgreement: { expirationTime: at('00:30') } }] });
  });

  it('promises several things at once, each under terms of its own', () => {
    const resolution = termsOf({ budgetMs: 86_400_000, obligation: 'resolution' });
    given()
      .when((request) => fileRequest({ ...filing, terms: [programTerms('critical'), resolution] }, request))
      .emitsLike([
        { type: 'RequestFiled' },
        { type: 'SeverityAssigned' },
        { type: 'FirstResponseDue', data: { serviceLevelAgreement: { expirationTime: at('02:00') } } },
        {
          type: 'ResolutionDue',
          data: { kind: 'resolution', cycle: 1, serviceLevelAgreement: { expirationTime: at('2026-07-14T00:00') } },
        },
      ]);
  });

  it('says when it will warn: percent of open time, not of wall time (R11)', () => {
    const mornings: Calendar = { ...alwaysOpen, week: { '1': [['09:00', '12:00']], '2': [['09:00', '12:00']] } };
    const terms = termsOf({ budgetMs: 14_400_000, calendar: mornings, warnings: [50, 75] });
    given()
      .when((request) => fileRequest({ ...filing, terms: [terms] }, request))
      .emitsLike([
        {},
        {},
        {
          data: {
            warnings: [
              { percent: 50, at: at('11:00') },
              { percent: 75, at: at('12:00') },
            ],
            serviceLevelAgreement: { expirationTime: at('2026-07-14T10:00') },
          },
        },
      ]);
  });
});
