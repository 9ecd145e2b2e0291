import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryEventStore, type NewEvent } from '#event-store';
import { type CommandMeta, type Instant, ManualClock, type RequestId } from '#kernel';
import { CalendarStore, PolicyStore, SlaCatalogue } from '#service-level';
import { DeadlineExplanations, type ObligationKey, ServiceRequestStore } from '#service-request';
import { newEvents } from '#testing';

interface Golden {
  readonly stream: string;
  readonly events: readonly (NewEvent & { readonly meta: CommandMeta })[];
  readonly view: { readonly obligations: readonly ObligationKey[] };
}

const golden = (name: string): Golden =>
  JSON.parse(readFileSync(join(__dirname, 'streams', `${name}.json`), 'utf8')) as Golden;

const day = [['09:00', '17:00']];
const NEW_YORK = {
  calendarId: 'new-york',
  version: 1,
  publishedAt: '2026-03-06T20:00:00.000Z',
  effectiveFrom: '2026-03-06T20:00:00.000Z',
  definition: {
    displayName: 'New York',
    timeZone: 'America/New_York',
    week: { '1': day, '2': day, '3': day, '4': day, '5': day },
    holidays: [],
    overrides: {},
  },
};

/** Everything that a recorded stream says of its deadlines, today and here. */
const explained = async ({ stream, events: recorded, view }: Golden) => {
  const events = new MemoryEventStore();
  const clock = new ManualClock('2026-11-21T00:00:00.000Z' as Instant);
  const published = newEvents(1).map((event) => ({
    ...event,
    type: 'CalendarPublished',
    data: NEW_YORK,
    schemaVersion: 2,
  }));
  await events.append('calendar-contoso.new-york', 'none', published);
  await events.append(stream, 'none', recorded);
  const catalogue = new SlaCatalogue(new PolicyStore(events, clock), new CalendarStore(events, clock), '2026z');
  const explanations = new DeadlineExplanations(events, new ServiceRequestStore(events, clock), catalogue);
  const id = stream.slice(stream.indexOf('.') + 1) as RequestId;
  const tenant = recorded[0]?.meta.tenantId;
  if (tenant === undefined) throw new Error('The stream is empty.');
  return Promise.all(view.obligations.map((key) => explanations.explain(tenant, id, key)));
};

describe('a recorded verdict', () => {
  it('comes out again from the zone rules recorded with it (R10)', async () => {
    const found = await explained(golden('request-on-recorded-zone-rules'));
    expect(found.map(({ explanation: { cause, rule, verified } }) => ({ cause, rule, verified }))).toEqual([
      { cause: 'ClockResumed', rule: 'restAfterPause', verified: true },
      { cause: 'ClockResumed', rule: 'restAfterPause', verified: true },
      { cause: 'RequestReopened', rule: 'startPlusBudget', verified: true },
      { cause: 'RequestReopened', rule: 'startPlusBudget', verified: true },
    ]);
  });

  it('comes out again of a life that was imported in one append, each deadline by the step that moved it', async () => {
    const found = await explained(golden('request-imported'));
    expect(found.map(({ explanation: { cause, rule, verified } }) => ({ cause, rule, verified }))).toEqual([
      { cause: 'ClockResumed', rule: 'restAfterPause', verified: true },
      { cause: 'RequestReopened', rule: 'startPlusBudget', verified: true },
    ]);
  });

  it('does not when someone has edited the rules', async () => {
    const { events, ...stream } = golden('request-on-recorded-zone-rules');
    const edited = JSON.parse(JSON.stringify(events).replaceAll('000Z -04:00', '000Z -03:00')) as Golden['events'];
    const found = await explained({ ...stream, events: edited });
    expect(found.map(({ explanation }) => explanation.verified)).not.toContain(true);
  });

  it.each(['request-next-response-missed', 'request-missed-by-an-upgrade', 'request-answered-in-time'])(
    'of before the rules were recorded is explained by what this machine knows: %s',
    async (name) => {
      for (const { explanation, obligation } of await explained(golden(name))) {
        expect(explanation).toMatchObject({ verified: null, differsHere: false });
        expect(explanation.rows.at(-1)?.to).toBe(obligation.serviceLevelAgreement.expirationTime);
      }
    },
  );
});
