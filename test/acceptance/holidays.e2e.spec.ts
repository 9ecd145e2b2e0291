import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { Page, ProblemView, RequestView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

interface CalendarView {
  readonly version: number;
  readonly revision: number;
  readonly holidays: readonly string[];
  readonly effectiveFrom: string;
  readonly findings: readonly { readonly pointer: string; readonly code: string }[];
  readonly imported?: {
    readonly from: string;
    readonly to: string;
    readonly dates: number;
    readonly skippedEvents: number;
  };
}

const wholeDays = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, [['00:00', '24:00']]]));

const fileOf = (...events: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const eventOf = (...lines: readonly string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

/** The next days by the wall of UTC, as in a file and as in a calendar. */
const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const inFile = (date: string): string => date.replaceAll('-', '');

const publish = (id: string, holidays: readonly string[] = []) =>
  ledgerdesk.send<CalendarView>('PUT', `/v1/calendars/${id}`, {
    displayName: 'Desk',
    timeZone: 'UTC',
    week: wholeDays,
    holidays,
  });

const send = <Body = CalendarView>(id: string, text: string, headers: Record<string, string> = {}, query = '') =>
  ledgerdesk.post<Body>(`/v1/calendars/${id}/holidays${query}`, text, { 'content-type': 'text/calendar', ...headers });

const head = async (): Promise<string> =>
  (await ledgerdesk.get<Page<{ head: string }>>('/v1/projections')).body.items[0]?.head ?? '';

describe('an iCalendar file of holidays', () => {
  it('makes a version with its dates, on which no window opens (R4)', async () => {
    await publish('desk', [dayIn(9)]);
    const twoDays = eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(0))}`, `DTEND;VALUE=DATE:${inFile(dayIn(2))}`);
    const timed = eventOf(`DTSTART:${inFile(dayIn(3))}T120000Z`);
    const { status, body, headers } = await send('desk', fileOf(twoDays, timed));
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({ version: 2, holidays: [dayIn(0), dayIn(1), dayIn(9)] });
    expect(body.imported).toMatchObject({ dates: 2, skippedEvents: 1 });
    expect(body.findings).toMatchObject([{ pointer: '#/events/1', code: 'timed-events' }]);
    await ledgerdesk.send('PUT', '/v1/sla/policies/desk', {
      displayName: 'Desk',
      obligation: 'partnerFirstResponse',
      rules: [{ when: {}, budget: 'PT1H', calendarId: 'desk' }],
    });
    const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', policyId: 'desk' };
    const { body: filed } = await ledgerdesk.post<RequestView>('/v1/service-requests', filing);
    expect(filed.obligations[0]?.serviceLevelAgreement.expirationTime).toBe(`${dayIn(2)}T01:00:00.000Z`);
    expect((await ledgerdesk.get<CalendarView>('/v1/calendars/desk?version=1')).body.holidays).toEqual([dayIn(9)]);
  });

  it('follows rules without end from a year ago to ten years ahead, and records what they came to', async () => {
    await publish('yearly');
    const { body } = await send('yearly', fileOf(eventOf('DTSTART;VALUE=DATE:19701225', 'RRULE:FREQ=YEARLY')));
    expect([11, 12]).toContain(body.holidays.length);
    expect(body.holidays.every((date) => date.endsWith('-12-25'))).toBe(true);
    const [from, to] = [body.imported?.from ?? '', body.imported?.to ?? ''];
    expect(Number(to.slice(0, 4)) - Number(from.slice(0, 4))).toBe(11);
  });

  it('is no news a second time, and repeats its answer under its key', async () => {
    await publish('again');
    const text = fileOf(eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(5))}`), eventOf('SUMMARY:Some day'));
    const first = await send('again', text, { 'idempotency-key': 'import' });
    expect(first.body.findings).toMatchObject([{ code: 'events-without-start' }]);
    expect((await send('again', text)).body).toMatchObject({ version: 2, revision: 1 });
    await publish('again');
    const repeated = await send('again', text, { 'idempotency-key': 'import' });
    expect(repeated.headers.get('idempotency-replayed')).toBe('true');
    expect(repeated.body).toEqual(first.body);
  });

  it('is no news under a key either, after which the calendar is read, listed and published as before', async () => {
    const { body: published } = await publish('news', [dayIn(5)]);
    const text = fileOf(eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(5))}`));
    const none = await send<CalendarView & { position: string }>('news', text, { 'idempotency-key': 'no-news' });
    expect(none.body).toMatchObject({ version: published.version, holidays: published.holidays });
    expect(none.headers.get('etag')).toBe('"1"');
    const read = await ledgerdesk.get<CalendarView>('/v1/calendars/news');
    expect([read.headers.get('etag'), read.body.version]).toEqual(['"1"', 1]);
    const later = fileOf(eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(6))}`));
    expect((await send('news', later, { 'if-match': '"1"' })).body).toMatchObject({ version: 2, revision: 2 });
    const path = `/v1/calendars?limit=200&waitFor=${none.body.position}`;
    expect((await ledgerdesk.get<Page<CalendarView>>(path)).body.items).toContainEqual(
      expect.objectContaining({ id: 'news' }),
    );
    const { items } = (await ledgerdesk.get<Page<{ state: string }>>('/v1/projections')).body;
    expect(items.map(({ state }) => state)).toEqual(items.map(() => 'live'));
    expect((await send('news', text, { 'idempotency-key': 'no-news' })).body).toEqual(none.body);
  });

  it('may be folded in the midst of a character, but not be in another encoding', async () => {
    await publish('folded');
    const summary = (octets: string) =>
      Buffer.from(fileOf(eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(5))}`, `SUMMARY:${octets}`)), 'latin1');
    const post = (body: Buffer) =>
      fetch(`${ledgerdesk.url}/v1/calendars/folded/holidays`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'text/calendar' },
        body,
      });
    expect((await post(summary('Fr\xc3\r\n \xbchling'))).status).toBe(200);
    expect((await post(summary('Fr\xfchling'))).status).toBe(400);
  });

  it('may count later, and only on the version that was read', async () => {
    await publish('later');
    const effectiveFrom = `${dayIn(30)}T00:00:00.000Z`;
    const text = fileOf(eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(40))}`));
    expect((await send('later', text, { 'if-match': '"7"' })).status).toBe(412);
    const { body } = await send('later', text, { 'if-match': '"0"' }, `?effectiveFrom=${effectiveFrom}`);
    expect(body.effectiveFrom).toBe(effectiveFrom);
    expect((await ledgerdesk.get('/v1/calendars/later?version=1')).body['inForce']).toBe(true);
  });

  it('needs a calendar of yours, and to be a file', async () => {
    const text = fileOf(eventOf(`DTSTART;VALUE=DATE:${inFile(dayIn(5))}`));
    expect((await send('unheard-of', text)).status).toBe(404);
    expect((await send('always', text)).status).toBe(409);
    expect((await ledgerdesk.post('/v1/calendars/desk/holidays', {})).status).toBe(415);
    expect((await ledgerdesk.send('POST', '/v1/calendars/desk/holidays')).status).toBe(415);
    expect((await ledgerdesk.post('/v1/service-requests', text, { 'content-type': 'text/calendar' })).status).toBe(415);
  });

  it.each([
    ['none at all', 'hello', '#', 'not-icalendar'],
    ['an empty one', '', '#', 'not-icalendar'],
    [
      'for ever by the second',
      fileOf(eventOf('DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=SECONDLY')),
      '#/events/0/rrule',
      'recurs-too-often',
    ],
    [
      'a million times',
      fileOf(eventOf('DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY;COUNT=1000000')),
      '#/events/0/rrule',
      'recurs-too-often',
    ],
    ['on a day that is none', fileOf(eventOf('DTSTART;VALUE=DATE:20260230')), '#/events/0/dtstart', 'invalid-date'],
    ['never', fileOf(), '#/events', 'no-holidays'],
  ])('is refused at its place, and leaves nothing behind: %s', async (_, text, pointer, code) => {
    await publish('kept');
    const before = await head();
    const { status, body } = await send<ProblemView>('kept', text);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer, code }]);
    expect(await head()).toBe(before);
  });

  it('is refused above 256 KiB', async () => {
    expect((await send('desk', 'X'.repeat(300_000))).status).toBe(413);
  });
});
