import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { AlertQueries, alertsProjection } from '#alert';
import { MemoryEventStore } from '#event-store';
import { createCheckpoints, openSqliteReadStore, Projector, waitForPosition } from '#read-store';
import { ServiceRequestQueries, serviceRequestsProjection } from '#service-request';
import { percentile } from './load.mjs';

const FILED_FROM = 1_700_000_000;
const LIMIT = 51;
const TIMES = 100;

/** One real row of each read model, written by its projection. */
const projectOneEach = async (file) => {
  const database = openSqliteReadStore(file, 'write');
  const events = new MemoryEventStore();
  await createCheckpoints(database, events);
  const log = { info: () => undefined, error: console.error };
  for (const [projection, { stream, events: recorded }] of [
    [serviceRequestsProjection, history('request-missed-and-escalated', 3)],
    [alertsProjection, history('alert', 1)],
  ]) {
    const { position } = await events.append(stream, 'none', recorded);
    const projector = new Projector(projection, events, database, log);
    await projector.start();
    await waitForPosition(database, projection.name, position, 10_000);
    await projector.stop();
  }
  await database.destroy();
};

const history = (name, count) => {
  const { stream, events } = JSON.parse(
    readFileSync(new URL(`../golden-streams/streams/${name}.json`, import.meta.url)),
  );
  return { stream, events: events.slice(0, count) };
};

const id = `printf('01980000-0000-7000-8000-%012d', i)`;
const instant = `strftime('%Y-%m-%dT%H:%M:%fZ', ${FILED_FROM} + i, 'unixepoch')`;
/** One row in a thousand is a small tenant's. */
const tenant = `iif(i % 1000 = 7, 'small', 'large')`;

/** What differs from row to row; the rest is as in the one that is there. */
const CHANGES = {
  service_requests: {
    tenant,
    id,
    number: `'SR-' || i`,
    customer_id: `'c-' || (i % 1000)`,
    status: `iif(i % 100 = 0, 'waitingOnPartner', 'closed')`,
    impact: `iif(i % 10000 = 0, 'critical', 'minimal')`,
    filed_at: instant,
  },
  deadlines: { tenant, request_id: id, state: `iif(i % 10 = 0, 'met', 'open')`, due_at: instant, check_at: instant },
  alerts: { tenant, id, request_id: id, state: `iif(i < 500, 'open', 'acknowledged')`, opened_at: instant },
};

/** Indexes are made once the rows are there: that takes half the time. */
const copyRow = (database, name, count) => {
  const table = `${name}_g1`;
  const indexes = database
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
    .all(table);
  for (const index of indexes) database.exec(`DROP INDEX ${index.name}`);
  const columns = database.prepare(`SELECT name FROM pragma_table_info(?)`).all(table);
  const changes = CHANGES[name];
  database.exec(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
    INSERT INTO ${table} SELECT ${columns.map((column) => changes[column.name] ?? column.name).join(', ')}
    FROM n, (SELECT * FROM ${table} LIMIT 1)`);
  for (const index of indexes) database.exec(index.sql);
};

const medianMs = async (ask) => {
  const took = [];
  for (let times = 0; times < TIMES; times += 1) {
    const begun = performance.now();
    await ask();
    took.push(performance.now() - begun);
  }
  return Number(
    percentile(
      took.sort((a, b) => a - b),
      50,
    ).toFixed(2),
  );
};

/** Pages of 50 among half a million requests, deadlines and alerts each: how long one keeps the thread that answers. */
export const benchPages = async (count = 500_000) => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-pages-'));
  const file = join(folder, 'views.db');
  await projectOneEach(file);
  const writer = new DatabaseSync(file);
  writer.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;');
  for (const name of Object.keys(CHANGES)) copyRow(writer, name, count);
  writer.close();
  const database = openSqliteReadStore(file, 'read');
  const requests = new ServiceRequestQueries(database);
  const alerts = new AlertQueries(database);
  const now = new Date(FILED_FROM * 1_000).toISOString();
  const large = { tenantId: 'large', seesFraud: false };
  const small = { tenantId: 'small', seesFraud: false };
  const at = (i) => new Date((FILED_FROM + i) * 1_000).toISOString();
  const idOf = (i) => `01980000-0000-7000-8000-${String(i).padStart(12, '0')}`;
  const oldest = { at: at(count / 10), id: idOf(count / 10) };
  const farthest = { at: at(count - count / 10), id: `${idOf(count - count / 10)}/programFirstResponse/1` };
  const lists = {
    requests: (scope, after) => requests.list(scope, {}, LIMIT, after),
    ofSeverity: (scope, after) => requests.list(scope, { severity: 'minimal' }, LIMIT, after),
    ofCustomer: (scope, after) => requests.list(scope, { customerId: 'c-7' }, LIMIT, after),
    deadlines: (scope, after) =>
      requests.deadlines(scope, { state: 'open' }, { limit: LIMIT, now, after: after && farthest }),
    alerts: (scope, after) => alerts.list(scope, {}, { limit: LIMIT, after }, now),
    openAlerts: (scope, after) => alerts.list(scope, { state: 'open' }, { limit: LIMIT, after }, now),
  };
  const result = { rows: count };
  for (const [name, list] of Object.entries(lists))
    result[name] = {
      firstMs: await medianMs(() => list(large)),
      deepMs: await medianMs(() => list(large, oldest)),
      smallTenantMs: await medianMs(() => list(small)),
    };
  await database.destroy();
  rmSync(folder, { recursive: true, force: true });
  return result;
};

if (process.argv[1] === new URL(import.meta.url).pathname)
  console.log(JSON.stringify(await benchPages(Number(process.argv[2] ?? 500_000)), null, 1));
