import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { tenantOfStream } from '#aggregates';
import { type RecordedEvent, SqliteEventStore } from '#event-store';
import { systemClock, type TenantId } from '#kernel';
import { type CheckpointSchema, openSqliteReadStore, readProjections } from '#read-store';
import { notFiled, ServiceRequestStore } from '#service-request';
import { commandMeta, eventually, filed, newEvents, requestId as usualId } from '#testing';
import { absorbDuplicate } from '../../libs/service-request/src/domain/merge.js';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { AlertView, Page, RequestView } from '../support/views.js';

const run = promisify(execFile);
const CLI = resolve(__dirname, '../../bin/ledgerdesk.mjs');

/** What each tenant calls the same: customers, policies, calendars, keys of commands, tickets elsewhere, numbers. */
const NUMBER = 'SR-260713-00000001';
const KINDS = ['FirstResponseDue', 'DeadlineApproaching', 'ResponseBreached', 'Escalated', 'AlertOpened'];

/** Two tenants that differ in nothing but what they wrote, with a word of its own in each text. */
const CONTOSO = {
  tenant: 'contoso' as TenantId,
  word: 'ALPHA',
  timeZone: 'Asia/Seoul',
  impact: 'critical',
  kept: 1,
  /** Of the same number as the other one's: that shows the last ten digits of the id only. */
  sameNumberId: '01980000-0000-7000-8000-000000000001',
} as const;
const FABRIKAM = {
  tenant: 'fabrikam' as TenantId,
  word: 'OMEGA',
  timeZone: 'Europe/Madrid',
  impact: 'minimal',
  kept: 3,
  sameNumberId: '01990000-0000-7000-8000-000000000001',
} as const;
type Tenant = typeof CONTOSO | typeof FABRIKAM;
const BOTH = [CONTOSO, FABRIKAM] as const;
const otherThan = ({ tenant }: Tenant): Tenant => (tenant === 'contoso' ? FABRIKAM : CONTOSO);

let ledgerdesk: Ledgerdesk;
let files: string;
const keys = new Map<string, string>();
const requests = new Map<string, readonly string[]>();
const eventsFile = (): string => join(ledgerdesk.folder, 'data', 'events.db');

const call = async <Body>({ tenant }: Tenant, method: string, path: string, body?: object, key?: string) => {
  const headers = { authorization: `Bearer ${keys.get(tenant) ?? ''}` };
  const repeatable = key === undefined ? {} : { 'idempotency-key': key };
  const answer = await ledgerdesk.send<Body>(method, `/v1${path}`, body, { ...headers, ...repeatable });
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${JSON.stringify(answer)}`);
  return answer.body;
};

const settle = async (of: Tenant): Promise<void> => {
  const { tenant, word, timeZone } = of;
  await ledgerdesk.send('PUT', `/v1/tenants/${tenant}`, { displayName: word });
  const first = { name: word, role: 'administrator' };
  keys.set(tenant, (await ledgerdesk.post<{ key: string }>(`/v1/tenants/${tenant}/api-keys`, first)).body.key);
  await call(of, 'PUT', '/customers/acme', { displayName: word, primaryDomain: 'acme.example' });
  const hours = [['09:00', '17:00']];
  const calendar = { displayName: word, timeZone, week: { '1': hours, '2': hours }, holidays: [], overrides: {} };
  await call(of, 'PUT', '/calendars/office', calendar);
  const policy = { displayName: word, obligation: 'partnerFirstResponse' };
  await call(of, 'PUT', '/sla/policies/slow', {
    ...policy,
    rules: [{ when: {}, budget: 'PT8H', calendarId: 'office' }],
  });
  await call(of, 'PUT', '/sla/policies/fast', {
    ...policy,
    warnings: [50],
    rules: [{ when: {}, budget: 'PT1S', calendarId: 'always' }],
    escalation: [{ after: 'PT0S', to: word }],
  });
};

/** One that is missed, some that are kept, two of which one is the other's duplicate, and a ticket from elsewhere. */
const work = async (of: Tenant): Promise<void> => {
  const { tenant, word, impact, kept } = of;
  const file = (policyId: string, title: string) =>
    call<RequestView>(
      of,
      'POST',
      '/service-requests',
      { customerId: 'acme', policyId, impact, title: `${word} ${title}` },
      title,
    );
  const missed = await file('fast', 'missed');
  const answered = await Promise.all(Array.from({ length: kept }, (_, index) => file('slow', `kept ${index}`)));
  for (const { id } of answered) await call(of, 'POST', `/service-requests/${id}/responses`, { text: word });
  const [survivor, duplicate] = [await file('slow', 'survivor'), await file('slow', 'duplicate')];
  const ticket = { system: 'old-desk', externalId: 'T-1', customerId: 'acme', impact, title: `${word} imported` };
  const timeline = [{ at: '2024-03-05T13:00:00Z', do: 'resolve', summary: word }];
  const imported = await call<RequestView>(of, 'POST', '/imports', {
    ...ticket,
    filedAt: '2024-03-04T09:00:00Z',
    timeline,
  });
  const made = [survivor, duplicate, missed, ...answered, imported];
  requests.set(
    tenant,
    made.map(({ id }) => id),
  );
};

/** What a command leaves that died between its two appends, and a promise that was missed while nothing ran. */
const leaveUndone = async (events: SqliteEventStore, { tenant, word, impact, sameNumberId }: Tenant): Promise<void> => {
  const store = new ServiceRequestStore(events, systemClock);
  const [into = '', from = ''] = requests.get(tenant) ?? [];
  const duplicate = (await store.find(tenant, from))?.state ?? notFiled;
  if (duplicate.status === 'notFiled') throw new Error('There is no duplicate.');
  const now = systemClock.now();
  await store.change(into, commandMeta({ tenantId: tenant }), (survivor) =>
    absorbDuplicate({ duplicate, now }, survivor),
  );
  const written = JSON.stringify(filed(impact))
    .replaceAll(usualId, sameNumberId)
    .replaceAll('fabrikam', 'acme')
    .replaceAll('Mail does', `${word} mail does`);
  const known = JSON.parse(written) as ReturnType<typeof filed>;
  const recorded = newEvents(known.length).map((event, index) => {
    const meta = { ...event.meta, tenantId: tenant };
    return { ...event, ...known[index], meta, schemaVersion: event.schemaVersion };
  });
  await events.append(`serviceRequest-${tenant}.${sameNumberId}`, 'none', recorded);
  requests.set(tenant, [...(requests.get(tenant) ?? []), sameNumberId]);
};

const everything = async (): Promise<readonly RecordedEvent[]> => {
  const events = SqliteEventStore.openForReading(eventsFile());
  const all = await events.readAll({ limit: 10_000 });
  await events.close();
  return all;
};

const ofTenant = async ({ tenant }: Tenant): Promise<readonly RecordedEvent[]> =>
  (await everything()).filter(({ stream }) => tenantOfStream(stream) === tenant);

const isAlerted = async (of: Tenant): Promise<boolean> =>
  (await ofTenant(of)).some(({ type, data }) => type === 'AlertOpened' && data['kind'] === 'breach');

const hasEnded = async (of: Tenant): Promise<boolean> => {
  const types = (await ofTenant(of)).map(({ type }) => type);
  const count = (wanted: string): number => types.filter((type) => type === wanted).length;
  return count('RequestMerged') === 1 && count('ResponseBreached') === 3 && count('AlertOpened') >= 3;
};

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'tenant-jobs-'));
  ledgerdesk = await Ledgerdesk.start();
  for (const tenant of BOTH) await settle(tenant);
  for (const tenant of BOTH) await work(tenant);
  for (const of of BOTH) await eventually(() => isAlerted(of), { what: `the alert of ${of.tenant}` });
  await ledgerdesk.end();
  const events = await SqliteEventStore.open(eventsFile());
  for (const tenant of BOTH) await leaveUndone(events, tenant);
  await events.close();
  await ledgerdesk.startAgain();
  for (const of of BOTH) await eventually(() => hasEnded(of), { timeoutMs: 20_000, what: `the jobs of ${of.tenant}` });
}, 60_000);
afterAll(async () => {
  await ledgerdesk.remove();
  rmSync(files, { recursive: true, force: true });
});

describe('what jobs record', () => {
  it.each(BOTH)('of $tenant: each of them had something to do', async (of) => {
    const events = await ofTenant(of);
    const workers = events.map(({ meta }) => meta.actor).filter(({ kind }) => kind === 'system');
    expect(new Set(workers.map(({ id }) => id))).toEqual(new Set(['sla-worker', 'open-alerts', 'finish-merges']));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(KINDS));
  });

  it('stands in the tenant of its cause, and says nothing of the other one', async () => {
    const all = await everything();
    const tenants = new Map<string | undefined, string>(all.map(({ id, stream }) => [id, tenantOfStream(stream)]));
    let caused = 0;
    for (const of of BOTH) {
      const foreign = [otherThan(of).word, otherThan(of).tenant, ...(requests.get(otherThan(of).tenant) ?? [])];
      for (const { stream, type, data, meta } of await ofTenant(of)) {
        const text = JSON.stringify({ data, meta });
        const cause = tenants.get(meta.causationId);
        if (cause !== undefined) caused += 1;
        expect({ stream, type, tenant: meta.tenantId, cause: cause ?? of.tenant }).toEqual({
          stream,
          type,
          tenant: of.tenant,
          cause: of.tenant,
        });
        expect([stream, type, foreign.filter((word) => text.includes(word))]).toEqual([stream, type, []]);
      }
    }
    expect(caused).toBeGreaterThan(6);
  });
});

describe('what jobs make of it', () => {
  const told = (of: Tenant) => ({
    listed: () => call<Page<RequestView>>(of, 'GET', '/service-requests?limit=200'),
    alerts: () => call<Page<AlertView>>(of, 'GET', '/alerts?limit=200'),
    missed: () => call<Page<{ serviceRequestId: string }>>(of, 'GET', '/deadlines?state=breached&limit=200'),
    figures: () =>
      call<{ totals: { met: number; breached: number } }>(of, 'GET', '/reports/attainment?from=2024-01-01T00:00:00Z'),
  });
  const look = async (of: Tenant) => {
    const { listed, alerts, missed, figures } = told(of);
    const [{ items }, { items: opened }, { items: due }, { totals }] = await Promise.all([
      listed(),
      alerts(),
      missed(),
      figures(),
    ]);
    return { items, opened, due, totals };
  };

  const generations = async (): Promise<ReadonlyMap<string, number>> => {
    const views = openSqliteReadStore<CheckpointSchema>(join(ledgerdesk.folder, 'data', 'views.db'), 'read');
    const rows = await readProjections(views);
    await views.destroy();
    return new Map(rows.map(({ name, generation }) => [name, generation]));
  };
  const rebuildAll = async (): Promise<void> => {
    const before = await generations();
    for (const name of before.keys())
      expect((await ledgerdesk.post(`/v1/projections/${name}/rebuild`, {})).status).toBe(202);
    const isRebuilt = async (): Promise<boolean> =>
      [...(await generations())].every(([name, generation]) => generation > (before.get(name) ?? generation));
    await eventually(isRebuilt, { what: 'the rebuilds' });
  };

  it.each(BOTH)('is for $tenant its own, before and after each read model is built anew', async (of) => {
    const own = requests.get(of.tenant) ?? [];
    const check = ({ items, opened, due, totals }: Awaited<ReturnType<typeof look>>): void => {
      expect(new Set(items.map(({ id }) => id))).toEqual(new Set(own));
      expect(JSON.stringify([items, opened, due])).not.toContain(otherThan(of).word);
      expect(opened.filter(({ serviceRequestId }) => !own.includes(serviceRequestId))).toEqual([]);
      expect(due.filter(({ serviceRequestId }) => !own.includes(serviceRequestId))).toEqual([]);
      expect([totals.met, totals.breached]).toEqual([of.kept, 3]);
    };
    const before = await look(of);
    check(before);
    await rebuildAll();
    const after = await look(of);
    check(after);
    expect(after).toEqual(before);
  });
});

describe('the terminal', () => {
  const ledger = async (args: readonly string[], key = ''): Promise<string> => {
    const data = { LEDGERDESK_DATA_DIR: join(ledgerdesk.folder, 'data') };
    const service = { LEDGERDESK_URL: ledgerdesk.url, LEDGERDESK_API_KEY: key };
    const env = { PATH: process.env['PATH'], ...data, ...service };
    const { stdout, stderr } = await run(process.execPath, [CLI, ...args], { env }).catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    );
    return stdout + stderr;
  };
  const scenario = (): string => {
    const file = join(files, 'scenario.json');
    const filing = { at: '2026-07-13T00:00:00Z', impact: 'critical' };
    writeFileSync(file, JSON.stringify({ policyId: 'slow', filing, timeline: [], until: '2026-07-15T00:00:00Z' }));
    return file;
  };

  /** By what is the tenant's own in the output of each command, and what is said where no tenant is named. */
  it.each<[string, () => readonly string[], (of: Tenant) => string, RegExp]>([
    ['history', () => ['history', NUMBER], ({ word }) => `${word} mail`, /^Tenant default has no service request /],
    ['explain', () => ['explain', NUMBER, '--json'], ({ impact }) => impact, /^Tenant default has no service request /],
    [
      'scenario',
      () => ['scenario', NUMBER],
      ({ impact }) => `"impact": "${impact}"`,
      /^Tenant default has no service request /,
    ],
    ['replay', () => ['replay', '--type', 'RequestFiled'], ({ word }) => `${word} missed`, /\nrequests {2}none/],
    [
      'quote',
      () => ['quote', '--calendar', 'office', '--start', '2026-07-13T00:00:00Z', '--budget', 'PT2H'],
      ({ timeZone }) => timeZone,
      /There is no calendar office/,
    ],
    ['what-if', () => ['what-if', scenario()], ({ timeZone }) => timeZone, /slow/],
  ])(
    '%s tells of the tenant that is named, and of none but default where none is',
    async (_, args, mark, nothing) => {
      const asking = BOTH.map(async (of) => ({ of, said: await ledger([...args(), '--tenant', of.tenant]) }));
      const unnamed = await ledger(args());
      for (const { of, said } of await Promise.all(asking)) {
        const other = otherThan(of);
        expect(said).toContain(mark(of));
        for (const foreign of [mark(other), other.word, other.sameNumberId]) expect(said).not.toContain(foreign);
      }
      expect(unnamed).toMatch(nothing);
      for (const of of BOTH) for (const foreign of [of.word, mark(of)]) expect(unnamed).not.toContain(foreign);
    },
    60_000,
  );

  it('import gives a ticket to the tenant of the key, to each one once', async () => {
    const file = join(files, 'tickets.ndjson');
    const filing = { customerId: 'acme', title: 'From a file', impact: 'minimal', filedAt: '2024-05-01T00:00:00Z' };
    writeFileSync(file, `${JSON.stringify({ system: 'old-desk', externalId: 'T-2', ...filing, timeline: [] })}\n`);
    const filedThere = async (of: Tenant): Promise<number> =>
      (await ofTenant(of)).filter(({ data }) => data['title'] === 'From a file').length;
    const send = (of: Tenant) => ledger(['import', file], keys.get(of.tenant));
    await send(CONTOSO);
    expect(await Promise.all(BOTH.map(filedThere))).toEqual([1, 0]);
    await send(FABRIKAM);
    await send(CONTOSO);
    expect(await Promise.all(BOTH.map(filedThere))).toEqual([1, 1]);
  }, 60_000);

  it('config knows of no tenant', async () => {
    const said = await ledger(['config'], keys.get('contoso'));
    expect(said).toContain('LEDGERDESK_DATA_DIR');
    expect(said).not.toMatch(/ALPHA|OMEGA|contoso|fabrikam/);
  });
});
