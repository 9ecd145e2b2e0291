import worked from '../../libs/business-time/test/sla-cases.json' with { type: 'json' };
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { Page, ProblemView } from '../support/views.js';

interface Row {
  readonly from: string;
  readonly to: string | null;
  readonly kind: 'open' | 'closed' | 'paused';
  readonly countedMs: number;
  readonly summary?: true;
}

interface QuoteView {
  readonly expirationTime: string | null;
  readonly slaMinutes: number;
  readonly tzdata: string;
  readonly calendarVersion?: number;
  readonly explanation: readonly Row[];
}

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await Ledgerdesk.start();
});
afterAll(() => ledgerdesk.remove());

const quote = <Body = QuoteView>(body: unknown, headers?: Record<string, string>) =>
  ledgerdesk.post<Body>('/v1/sla/quote', body, headers);

const countedMs = ({ explanation }: QuoteView): number =>
  explanation.reduce((sumMs, row) => sumMs + (row.kind === 'open' ? row.countedMs : 0), 0);

const START = '2026-07-13T00:00:00Z';
const ON_ALWAYS = { calendarId: 'always', startTime: START, slaMinutes: 120 };
const DAYS = ['1', '2', '3', '4', '5', '6', '7'];
const weekOf = (windows: unknown) => Object.fromEntries(DAYS.map((day) => [day, windows]));
const NEW_YORK = { timeZone: 'America/New_York', week: weekOf([['09:00', '17:00']]) };
const IN_NEW_YORK = { startTime: START, slaMinutes: 120, calendar: NEW_YORK };

const later = (ms: number): string => new Date(Date.parse(START) + ms).toISOString();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const dates = (count: number, every = 1) =>
  Array.from({ length: count }, (_, index) => later(index * every * DAY).slice(0, 10));

describe('the worked deadlines, by HTTP', () => {
  it.each(worked.cases.map((example) => [example.id, example.title, example] as const))(
    '%s %s',
    async (_id, _title, { calendar, startTime, slaMinutes, pauses, expirationTime }) => {
      const { status, body } = await quote({ calendar, startTime, slaMinutes, pauses });
      expect(status).toBe(200);
      expect(body).toMatchObject({ expirationTime: new Date(expirationTime).toISOString(), slaMinutes });
      expect(body.tzdata).toMatch(/^\d{4}[a-z]/);
      expect(countedMs(body)).toBe(slaMinutes * 60_000);
      expect(body.explanation[0]?.from).toBe(new Date(startTime).toISOString());
      expect(body.explanation.at(-1)?.to).toBe(body.expirationTime);
      expect(body.explanation.slice(1).map(({ from }) => from)).toEqual(
        body.explanation.slice(0, -1).map(({ to }) => to),
      );
    },
  );
});

describe('a quote', () => {
  it('takes fractions of a minute, to the millisecond', async () => {
    const { body } = await quote({ ...ON_ALWAYS, slaMinutes: 1 / 60_000 });
    expect(body).toMatchObject({ expirationTime: '2026-07-13T00:00:00.001Z', slaMinutes: 1 / 60_000 });
    expect((await quote({ ...ON_ALWAYS, slaMinutes: 0.5 })).body.expirationTime).toBe('2026-07-13T00:00:30.000Z');
  });

  it('has no due while a pause without an end stands in the way, and only then', async () => {
    const pausedFrom = (from: string) => quote({ ...ON_ALWAYS, pauses: [{ from, to: null }] });
    const { body } = await pausedFrom('2026-07-13T01:00:00Z');
    expect(body.expirationTime).toBeNull();
    expect(body.explanation).toEqual([
      { from: '2026-07-13T00:00:00.000Z', to: '2026-07-13T01:00:00.000Z', kind: 'open', countedMs: HOUR },
      { from: '2026-07-13T01:00:00.000Z', to: null, kind: 'paused', countedMs: 0 },
    ]);
    expect((await pausedFrom('2026-07-13T02:00:00Z')).body.expirationTime).toBe('2026-07-13T02:00:00.000Z');
  });

  it('on a published calendar counts the version in force at its start; before there was one, the newest', async () => {
    const publish = (hour: string, effectiveFrom?: string) =>
      ledgerdesk.send('PUT', '/v1/calendars/desk', {
        displayName: 'Desk',
        timeZone: 'UTC',
        week: weekOf([[hour, '24:00']]),
        effectiveFrom,
      });
    await publish('08:00');
    await publish('09:00', '2090-01-01T00:00:00Z');
    const from = async (startTime: string) => (await quote({ calendarId: 'desk', startTime, slaMinutes: 60 })).body;
    const soon = new Date(Date.now() + DAY).toISOString().slice(0, 10);
    expect(await from(`${soon}T00:00:00Z`)).toMatchObject({
      calendarVersion: 1,
      expirationTime: `${soon}T09:00:00.000Z`,
    });
    expect(await from('2090-06-01T00:00:00Z')).toMatchObject({ calendarVersion: 2 });
    expect(await from('2020-06-01T00:00:00Z')).toMatchObject({
      calendarVersion: 2,
      expirationTime: '2020-06-01T10:00:00.000Z',
    });
  });

  it('records nothing, and takes no notice of an Idempotency-Key', async () => {
    const head = async () => (await ledgerdesk.get<Page<{ head: string }>>('/v1/projections')).body.items[0]?.head;
    const before = await head();
    const key = { 'idempotency-key': 'quote-1' };
    const first = await quote(ON_ALWAYS, key);
    const second = await quote({ ...ON_ALWAYS, slaMinutes: 60 }, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body.expirationTime).not.toBe(first.body.expirationTime);
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect(await head()).toBe(before);
  });

  it.each([
    ['0001-01-01T00:00:00Z', '0001-01-01T02:00:00.000Z'],
    ['9999-12-30T22:00:00Z', '9999-12-31T00:00:00.000Z'],
  ])('is right in the first year and the last: %s', async (startTime, expirationTime) => {
    expect((await quote({ ...ON_ALWAYS, startTime })).body).toMatchObject({ expirationTime });
  });
});

describe('a quote that asks for much', () => {
  it('may have 10,000 holidays', async () => {
    const { status, body } = await quote({ ...IN_NEW_YORK, calendar: { ...NEW_YORK, holidays: dates(10_000, 2) } });
    expect({ status, due: body.expirationTime }).toEqual({ status: 200, due: '2026-07-14T15:00:00.000Z' });
  });

  it('may have as many pauses as a body holds', async () => {
    const pauses = Array.from({ length: 3_900 }, (_, index) => ({
      from: later(index * 2 * HOUR).replace('.000', ''),
      to: later((index * 2 + 1) * HOUR).replace('.000', ''),
    }));
    const { status, body } = await quote({ ...ON_ALWAYS, slaMinutes: 3_800 * 60, pauses });
    expect({ status, due: body.expirationTime }).toEqual({ status: 200, due: later(2 * 3_800 * HOUR) });
    expect(body.explanation).toHaveLength(7_600);
  });

  it('has each row of ten years with a lunch break', async () => {
    const week = Object.fromEntries(
      DAYS.slice(0, 5).map((day) => [
        day,
        [
          ['09:00', '12:00'],
          ['13:00', '17:00'],
        ],
      ]),
    );
    const slaMinutes = 10 * 260 * 7 * 60;
    const { status, body } = await quote({
      startTime: START,
      slaMinutes,
      calendar: { timeZone: 'Europe/Berlin', week },
    });
    expect(status).toBe(200);
    expect(body.explanation.filter(({ summary }) => summary)).toEqual([]);
    expect(countedMs(body)).toBe(slaMinutes * 60_000);
  });

  it('has one row for what is beyond thousands of them, and sums to the budget all the same', async () => {
    const clock = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16);
    const everyOtherMinute = Array.from({ length: 719 }, (_, index) => [clock(index * 2), clock(index * 2 + 1)]);
    const slaMinutes = 10 * 365 * 719;
    const calendar = { timeZone: 'UTC', week: weekOf(everyOtherMinute) };
    const { status, body } = await quote({ startTime: START, slaMinutes, calendar });
    expect(status).toBe(200);
    expect(body.explanation.length).toBeLessThan(15_000);
    expect(body.explanation.at(-1)).toMatchObject({ kind: 'open', summary: true, to: body.expirationTime });
    expect(countedMs(body)).toBe(slaMinutes * 60_000);
    const restless = await quote<ProblemView>({
      startTime: START,
      slaMinutes,
      calendar: { ...calendar, holidays: dates(5_000, 3) },
    });
    expect(restless).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/slaMinutes', code: 'too-many-windows' }] },
    });
  });
});

describe('a wrong quote', () => {
  const pausing = (...pauses: unknown[]) => ({ ...ON_ALWAYS, pauses });
  const onCalendar = (calendar: unknown) => ({ startTime: START, slaMinutes: 60, calendar });

  it.each([
    ['neither calendar', { startTime: START, slaMinutes: 60 }, '#/calendar', 'one-of'],
    ['both', { ...ON_ALWAYS, calendar: NEW_YORK }, '#/calendar', 'one-of'],
    ['an unknown calendar', { ...ON_ALWAYS, calendarId: 'nobody' }, '#/calendarId', 'unknown-calendar'],
    ['a calendar id that is none', { ...ON_ALWAYS, calendarId: '../x' }, '#/calendarId', 'id'],
    [
      'a zone that is none',
      onCalendar({ ...NEW_YORK, timeZone: 'Mars/Olympus' }),
      '#/calendar/timeZone',
      'unknown-time-zone',
    ],
    ['a list for a calendar', onCalendar([]), '#/calendar', 'object'],
    ['null for a calendar', onCalendar(null), '#/calendar', 'object'],
    ['a calendar without a week', onCalendar({ timeZone: 'UTC' }), '#/calendar/week', 'required'],
    ['one that never opens', onCalendar({ timeZone: 'UTC', week: {} }), '#/calendar/week', 'never-open'],
    [
      'one that opened long ago',
      onCalendar({ timeZone: 'UTC', week: {}, overrides: { '2020-01-01': [['09:00', '10:00']] } }),
      '#/slaMinutes',
      'unreachable',
    ],
    ['an unknown field of it', onCalendar({ ...NEW_YORK, colour: 'red' }), '#/calendar/colour', 'unknown-field'],
    ['20,001 holidays', onCalendar({ ...NEW_YORK, holidays: dates(20_001) }), '#/calendar/holidays', 'too-many'],
    ['no budget', { ...ON_ALWAYS, slaMinutes: undefined }, '#/slaMinutes', 'required'],
    ['a budget of nothing', { ...ON_ALWAYS, slaMinutes: 0 }, '#/slaMinutes', 'minutes'],
    ['a negative one', { ...ON_ALWAYS, slaMinutes: -1 }, '#/slaMinutes', 'minutes'],
    ['one that is too small to count', { ...ON_ALWAYS, slaMinutes: 1e-9 }, '#/slaMinutes', 'minutes'],
    ['one that is too large to count', { ...ON_ALWAYS, slaMinutes: 1e15 }, '#/slaMinutes', 'minutes'],
    [
      'one beyond all numbers',
      '{"calendarId":"always","startTime":"2026-07-13T00:00:00Z","slaMinutes":1e999}',
      '#/slaMinutes',
      'minutes',
    ],
    ['one that is a text', { ...ON_ALWAYS, slaMinutes: 'NaN' }, '#/slaMinutes', 'minutes'],
    ['one of a hundred years', { ...ON_ALWAYS, slaMinutes: 100 * 525_960 }, '#/slaMinutes', 'unreachable'],
    ['a due after the year 9999', { ...ON_ALWAYS, startTime: '9999-12-31T23:00:00Z' }, '#/slaMinutes', 'unreachable'],
    ['a start without a zone', { ...ON_ALWAYS, startTime: '2026-07-13T00:00:00' }, '#/startTime', 'instant'],
    ['a start that is no day', { ...ON_ALWAYS, startTime: '2026-02-30T00:00:00Z' }, '#/startTime', 'instant'],
    ['no start', { ...ON_ALWAYS, startTime: null }, '#/startTime', 'instant'],
    ['pauses that are no list', { ...ON_ALWAYS, pauses: {} }, '#/pauses', 'is-array'],
    ['null for pauses', { ...ON_ALWAYS, pauses: null }, '#/pauses', 'is-array'],
    ['a pause that is none', pausing(7), '#/pauses/0', 'object'],
    [
      'a reversed pause',
      pausing({ from: START, to: START }, { from: START, to: '2026-07-12T00:00:00Z' }),
      '#/pauses/1/to',
      'reversed',
    ],
    ['a pause without an end that says so', pausing({ from: START }), '#/pauses/0/to', 'required'],
    ['a pause from no instant', pausing({ from: 'noon', to: null }), '#/pauses/0/from', 'instant'],
    ['a field too many in a pause', pausing({ from: START, to: null, 'a/b': 1 }), '#/pauses/0/a~1b', 'unknown-field'],
    [
      'a pause until the end of time',
      pausing({ from: START, to: '9999-12-31T00:00:00Z' }),
      '#/pauses/0/to',
      'too-late',
    ],
    [
      '5,001 pauses',
      pausing(...Array.from({ length: 5_001 }, () => ({ from: START, to: null }))),
      '#/pauses',
      'too-many',
    ],
    ['an unknown field', { ...ON_ALWAYS, colour: 'red' }, '#/colour', 'unknown-field'],
  ])('is refused at its field: %s', async (_, body, pointer, code) => {
    const { status, headers, body: problem } = await quote<ProblemView>(body);
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem.errors).toContainEqual({ pointer, detail: expect.any(String) as string, code });
  });

  it('is told all its errors at once', async () => {
    const { body } = await quote<ProblemView>({ startTime: 'x', slaMinutes: 0, calendar: {}, pauses: [1] });
    expect(new Set(body.errors?.map(({ pointer }) => pointer))).toEqual(
      new Set(['#/startTime', '#/slaMinutes', '#/calendar/timeZone', '#/calendar/week', '#/pauses/0']),
    );
  });

  it.each([
    ['malformed JSON', '{"calendarId":', 400],
    ['a list', '[]', 422],
    ['more than 256 KiB', JSON.stringify({ ...ON_ALWAYS, pauses: 'x'.repeat(300_000) }), 413],
  ])('is refused whole: %s', async (_, body, status) => {
    expect((await quote(body)).status).toBe(status);
  });
});

it('counts on the version of a calendar that is named, and says when there is none', async () => {
  const whole = { '1': [['00:00', '24:00']] };
  await ledgerdesk.send('PUT', '/v1/calendars/versioned', { displayName: 'One', timeZone: 'UTC', week: whole });
  await ledgerdesk.send('PUT', '/v1/calendars/versioned', {
    displayName: 'Two',
    timeZone: 'UTC',
    week: { '2': [['00:00', '24:00']] },
  });
  const asked = { calendarId: 'versioned', startTime: '2026-07-12T00:00:00Z', slaMinutes: 60 };
  const dueOn = async (calendarVersion: number) =>
    (await ledgerdesk.post('/v1/sla/quote', { ...asked, calendarVersion })).body;
  expect(await dueOn(1)).toMatchObject({ expirationTime: '2026-07-13T01:00:00.000Z', calendarVersion: 1 });
  expect(await dueOn(2)).toMatchObject({ expirationTime: '2026-07-14T01:00:00.000Z', calendarVersion: 2 });
  expect(await dueOn(3)).toMatchObject({ errors: [{ pointer: '#/calendarVersion' }] });
});
