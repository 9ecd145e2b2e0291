import { eventually } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { Page, ProblemView, RequestView } from '../support/views.js';

interface Figures {
  readonly attainment: { readonly met: number; readonly of: number; readonly ratio: number | null };
  readonly met: number;
  readonly breached: number;
  readonly annulled: number;
  readonly unanswered: number;
  readonly responseMinutes: { readonly measured: number; readonly mean: number | null; readonly p50: number | null };
  readonly whatIf?: { readonly attainment: { readonly met: number; readonly of: number }; readonly undecided: number };
}

interface Report {
  readonly asOf: string;
  readonly totals: Figures;
  readonly groups: readonly (Figures & { readonly by: Readonly<Record<string, string>> })[];
}

let ledgerdesk: Ledgerdesk;

const file = async (more: object): Promise<string> => {
  const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', ...more };
  const { status, body } = await ledgerdesk.post<RequestView>('/v1/service-requests', filing);
  expect(status).toBe(201);
  return body.id;
};

const deadlines = async (state: string) =>
  (await ledgerdesk.get<Page<{ serviceRequestId: string }>>(`/v1/deadlines?state=${state}`)).body.items;

let position: string;

const answer = async (id: string): Promise<void> => {
  const { status, body } = await ledgerdesk.post<{ position: string }>(`/v1/service-requests/${id}/responses`, {
    text: 'We are on it.',
  });
  expect(status).toBe(201);
  position = body.position;
};

const report = async (query = ''): Promise<Report> => {
  const path = `/v1/reports/attainment?waitFor=${position}${query}`;
  const { status, body } = await ledgerdesk.get<Report>(path);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
};

beforeAll(async () => {
  ledgerdesk = await (await (await Ledgerdesk.start()).withContoso()).withFastPolicy('PT0.2S');
});
afterAll(() => ledgerdesk.remove());

describe('the figures of what was promised', () => {
  it('are there before anything was due', async () => {
    position = '1';
    expect(await report('&groupBy=month')).toMatchObject({
      totals: { attainment: { met: 0, of: 0, ratio: null }, responseMinutes: { measured: 0, mean: null, p95: null } },
      groups: [],
    });
  });

  it('count what was kept, missed and not answered yet, and tell groups apart', async () => {
    await answer(await file({}));
    await answer(await file({ impact: 'moderate' }));
    await file({ impact: 'minimal' });
    const missed = await file({ policyId: 'fast' });
    await eventually(async () => (await deadlines('breached')).length === 1);
    const unanswered = await report();
    expect(unanswered.totals).toMatchObject({ met: 2, breached: 1, unanswered: 1, responseMinutes: { measured: 2 } });
    await eventually(() => Date.now() > Date.parse(unanswered.asOf));
    await answer(missed);
    const { totals, groups } = await report('&groupBy=policy,severity&groupBy=month');
    expect(totals).toMatchObject({
      attainment: { met: 2, of: 3, ratio: 0.6667 },
      annulled: 0,
      unanswered: 0,
      responseMinutes: { measured: 3, mean: expect.any(Number) as number },
    });
    expect(groups).toMatchObject([
      {
        by: { policy: 'fast', severity: 'critical', month: expect.stringMatching(/^\d{4}-\d{2}$/) as string },
        breached: 1,
      },
      { by: { policy: 'program', severity: 'critical' }, met: 1 },
      { by: { policy: 'program', severity: 'moderate' }, met: 1 },
    ]);
    expect((await report('&policyId=fast')).totals).toMatchObject({ met: 0, breached: 1 });
    expect((await report('&budget=critical:PT1H')).totals.whatIf).toMatchObject({ attainment: { met: 3, of: 3 } });
    // What had been recorded by then: the answer to the miss was not.
    expect((await report(`&asOf=${unanswered.asOf}`)).totals).toEqual(unanswered.totals);
    expect((await report('&from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z&groupBy=day')).groups).toEqual([]);
  });

  it('show an annulled miss apart', async () => {
    const { groups } = await report('&groupBy=policy');
    const [fast] = groups;
    expect(fast).toMatchObject({ by: { policy: 'fast' }, breached: 1, annulled: 0 });
    const [missed] = await deadlines('breached');
    const path = `/v1/service-requests/${missed?.serviceRequestId}/obligations/partnerFirstResponse/1/annulment`;
    const annulled = await ledgerdesk.post<{ position: string }>(path, { reason: 'By phone', evidence: 'Call record' });
    expect(annulled.status).toBe(201);
    position = annulled.body.position;
    expect((await report()).totals).toMatchObject({ attainment: { met: 2, of: 2, ratio: 1 }, annulled: 1 });
  });

  it.each([
    ['groupBy=colour', '#/groupBy', 'is-in'],
    ['groupBy=policy&groupBy=policy', '#/groupBy', 'array-unique'],
    ['groupBy=month,day', '#/groupBy', 'one-period'],
    ['groupBy=', '#/groupBy', 'is-in'],
    ['from=yesterday', '#/from', 'instant'],
    ['from=2026-07-13T00:00:00Z&to=2026-07-13T00:00:00Z', '#/to', 'order'],
    ['asOf=now', '#/asOf', 'instant'],
    ['timeZone=Mars/Olympus', '#/timeZone', 'time-zone'],
    ['severity=A', '#/severity', 'is-in'],
    ['kind=answer', '#/kind', 'is-in'],
    ['budget=moderate', '#/budget', 'budget'],
    ['budget=moderate:PT3H:PT4H', '#/budget', 'budget'],
    ['budget=moderate:3h', '#/budget', 'budget'],
    ['budget=moderate:PT3H&budget=moderate:PT4H', '#/budget', 'array-unique'],
    ['colour=red', '#/colour', 'unknown-field'],
  ])('are refused for %s', async (query, pointer, code) => {
    const { status, body } = await ledgerdesk.get<ProblemView>(`/v1/reports/attainment?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer, code, detail: expect.any(String) as string }]);
  });
});
