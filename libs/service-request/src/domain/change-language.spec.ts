import { type Instant, instantFromMs } from '#kernel';
import type { Impact, Terms } from '#service-level';
import { answered, at, closed, filed, filedDetails, programTerms, requestId, specify, termsOf } from '#testing';
import { changeLanguage } from './change-language.js';
import { changeSeverity } from './change-severity.js';
import { fileRequest } from './file-request.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const MINUTES = { critical: 120, moderate: 240, minimal: 480 } as const;
const week = Object.fromEntries(['1', '2', '3', '4', '5'].map((day) => [day, [['09:00', '18:00']]]));
const calendar = { timeZone: 'Asia/Seoul', week, holidays: [], overrides: {} } as const;
const korean = (impact: Impact, severityChange: Terms['severityChange'] = 'retroactive'): Terms =>
  termsOf({ budgetMs: MINUTES[impact] * 60_000, calendar, severityChange });
const filedAt = (instant: Instant, impact: Impact, severityChange: Terms['severityChange'] = 'retroactive') =>
  given().after((request) =>
    fileRequest(
      {
        requestId,
        details: { ...filedDetails, filedAt: instant },
        impact,
        terms: [programTerms(impact, severityChange)],
      },
      request,
    ),
  );
const to =
  (language: string, now: Instant, terms: Terms) =>
  (request: ServiceRequest): ReturnType<typeof changeLanguage> =>
    changeLanguage({ preferredSupportLanguage: language, now }, () => terms, request);
const seoul = (text: string): Instant => instantFromMs(Date.parse(`${text}:00+09:00`));

describe('changing the language', () => {
  it.each(['retroactive', 'fromChange'] as const)(
    'moves what is owed to that language’s calendar: from 21:00 to Tuesday 12:00 in Korea, %s (E42)',
    (policy) =>
      filedAt(seoul('2026-07-13T17:00'), 'moderate', policy)
        .when(to('ko', seoul('2026-07-13T18:30'), korean('moderate', policy)))
        .emitsLike([
          { type: 'LanguageChanged', data: { from: 'en', preferredSupportLanguage: 'ko', untilDueMs: 9_000_000 } },
          { data: { revision: 2, serviceLevelAgreement: { expirationTime: seoul('2026-07-14T12:00') } } },
        ]),
  );

  it('goes together with a milder severity: Friday evening A becomes Monday 17:00 C (E43)', () => {
    const now = seoul('2026-07-10T21:00');
    const { state } = filedAt(seoul('2026-07-10T20:00'), 'critical')
      .after((request) =>
        changeSeverity({ impact: 'minimal', reason: 'Milder', now }, () => programTerms('minimal'), request),
      )
      .after(to('ko', now, korean('minimal')));
    expect(state).toMatchObject({
      details: { preferredSupportLanguage: 'ko' },
      obligations: [{ serviceLevelAgreement: { expirationTime: seoul('2026-07-13T17:00') } }],
    });
  });

  it('records a miss at once when the new deadline is past, and never takes one back (R9)', () => {
    const longPast = termsOf({ budgetMs: 600_000 });
    given(...filed('critical'))
      .when(to('de', at('01:00'), longPast))
      .emitsLike([
        {},
        {},
        { type: 'ResponseBreached', data: { dueAt: at('00:10'), cause: 'languageChange' } },
        { type: 'Escalated' },
      ]);
    given(...filed('critical'))
      .when(to('ko', at('02:00:00.001'), korean('critical')))
      .emitsLike([{ type: 'LanguageChanged' }]);
  });

  it('is an upgrade under fromChange where the other language is owed an answer sooner (R8)', () =>
    given(...filed('minimal', programTerms('minimal', 'fromChange')))
      .when(to('de', at('01:00'), programTerms('moderate', 'fromChange')))
      .emitsLike([{}, { data: { serviceLevelAgreement: { expirationTime: at('05:00') } } }]));

  it('gives no new deadline where calendar and budget stay, so that it forgets no change before (R8)', () =>
    given(...filed('critical'))
      .when(to('en-GB', at('01:00'), programTerms('critical')))
      .emitsLike([{ type: 'LanguageChanged', data: { from: 'en', preferredSupportLanguage: 'en-GB' } }]));

  it('moves nothing that was answered, and does nothing when it is that language already', () => {
    given(...filed('critical'), answered(at('00:30')))
      .when(to('ko', at('01:00'), korean('critical')))
      .emitsLike([{ type: 'LanguageChanged' }]);
    given(...filed('critical'))
      .when(to('en', at('01:00'), korean('critical')))
      .emitsNothing();
  });

  it('needs a request that is filed and open', () => {
    given()
      .when(to('ko', at('01:00'), korean('critical')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
    given(...filed('critical'), closed(at('00:30')))
      .when(to('ko', at('01:00'), korean('critical')))
      .refuses({ kind: 'conflict', code: 'service-request-settled' });
  });
});
