import fc, { type Arbitrary } from 'fast-check';
import { INSTALLATION, ROLES } from '#access';
import type { Ledgerdesk } from '../ledgerdesk.js';
import { type Document, type Operation, operationsOf } from './document.js';
import type { KnownThings } from './known-things.js';
import { type Caller, type FuzzRequest, Requests } from './requests.js';
import { type Named, Values } from './values.js';

const OTHER_TENANT = 'fabrikam';
const ROLES_THERE = ['administrator', 'service', 'helpdeskAgent'];
/** Tenants that may be suspended: nobody in a run is of them. */
const TENANTS = ['northwind', 'tailspin', 'wingtip'];
const NOBODY: readonly Caller[] = [
  { name: 'nobody', tenantId: '', role: '', authorization: undefined },
  { name: 'a_stranger', tenantId: '', role: '', authorization: 'Bearer not-a-key-of-anybody' },
];
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
/** What the fast policy promises, and soon has not kept. */
const FAST = 'partnerFirstResponse';
const NDJSON = 'application/x-ndjson';

const WEEKS = [
  { 1: [['09:00', '18:00']] },
  {
    1: [
      ['09:00', '12:00'],
      ['13:00', '24:00'],
    ],
    5: [['22:00', '06:00']],
  },
  { 7: [['00:00', '24:00']] },
];

/** How often an operation is drawn: more often what makes things for others, less often what is slow or always the same. */
const USUAL_WEIGHT = 4;
const OF_A_REQUEST = '/v1/service-requests/{id}/';
const WEIGHTS: Readonly<Record<string, number>> = {
  'serviceRequests.file': 24,
  'serviceRequests.resolve': 3,
  'serviceRequests.close': 2,
  'promises.merge': 3,
  'promises.pause': 12,
  'promises.resume': 12,
  'promises.annul': 12,
  'promises.reevaluate': 12,
  'sessions.login': 2,
  'alerts.list': 8,
  'operations.rebuild': 1,
  'documentation.document': 1,
  'documentation.page': 1,
  'documentation.list': 1,
};

const callerOf = async (ledgerdesk: Ledgerdesk, tenantId: string, role: string): Promise<Caller> => {
  const path = tenantId === INSTALLATION ? '/v1/api-keys' : `/v1/tenants/${tenantId}/api-keys`;
  const { body } = await ledgerdesk.post<{ key: string }>(path, { name: `Fuzz ${role}`, role });
  return { name: `${tenantId}_${role}`, tenantId, role, authorization: `Bearer ${body.key}` };
};

/** Everything that schemas do not say of a field: what is there, and what is likely to be taken. */
const namedFor = (known: KnownThings, operationId: string): Named => {
  const thing = (kind: string, otherwise = UNKNOWN_ID) => known.of(kind, otherwise);
  return {
    id: thing('request'),
    into: thing('request'),
    customerId: thing('customer'),
    policyId: thing('policy'),
    calendarId: thing('calendar'),
    keyId: thing('key'),
    alertId: thing('alert'),
    tenantId: fc.constantFrom(...TENANTS),
    cursor: thing(`cursor of ${operationId}`, 'none'),
    waitFor: thing('position', '1'),
    limit: fc.integer({ min: 1, max: 5 }),
    version: fc.constantFrom(1, 1, 2),
    calendarVersion: fc.constantFrom(1, 1, 2),
    revision: fc.integer({ min: 1, max: 9 }),
    cycle: fc.constantFrom(1, 1, 1, 2),
    week: fc.constantFrom(...WEEKS),
    timeZone: fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/St_Johns', 'UTC'),
    preferredTimeZone: fc.constantFrom('Asia/Seoul', 'Pacific/Apia'),
    preferredSupportLanguage: fc.constantFrom('en', 'ko', 'zh-Hant-TW', 'pt-BR'),
    language: fc.constantFrom('en', 'ko'),
    'Idempotency-Key': fc.oneof({ weight: 4, arbitrary: fc.uuid() }, { weight: 1, arbitrary: thing('idempotency') }),
    'If-Match': fc.oneof(thing('tag', '"1"'), fc.constantFrom('*', '"1"', '"2", "3"')),
    'If-None-Match': fc.oneof(thing('weak tag', '"1"'), fc.constantFrom('*', '"1"', 'W/"2"')),
    Prefer: fc.constantFrom('wait=1', 'wait=0', 'return=minimal'),
    token: thing('token', 'none'),
    kind: fc.constantFrom(FAST, FAST, 'programFirstResponse', 'nextResponse', 'resolution'),
    ...(operationId.startsWith('promises.') && {
      reason: fc.constantFrom('waitingOnCustomer', 'waitingOnCustomer', 'x'),
    }),
    ...(operationId === 'operations.rebuild' && { name: thing('projection') }),
    // What others build on stays as it is.
    ...(operationId === 'policies.put' && { policyId: fc.constantFrom('gold', 'silver') }),
    ...(operationId === 'calendars.put' && { calendarId: fc.constantFrom('seoul', 'berlin') }),
  };
};

/** A few commands, of which the last is about what the first files. */
const batchOf = (document: Document, known: KnownThings): Arbitrary<string> => {
  const values = new Values(document, namedFor(known, ''), 0);
  const { FileRequestBody: filing = {}, AddNoteBody: note = {} } = document.components.schemas;
  return fc
    .tuple(fc.uuid(), values.of(filing), values.of(note), known.of('request', UNKNOWN_ID))
    .map(([key, filed, noted, id]) => [
      { key, method: 'POST', path: '/v1/service-requests', body: filed },
      { key: `${key}-1`, method: 'POST', path: `/v1/service-requests/${id}/notes`, body: noted },
      { key: `${key}-2`, method: 'POST', path: `/v1/service-requests/{${key}}/notes`, body: noted },
    ])
    .map((lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

/** Settles down in a service: a key of every role, a second tenant, and a promise that will soon be late. */
export const settle = async (ledgerdesk: Ledgerdesk, known: KnownThings): Promise<readonly Caller[]> => {
  await (await ledgerdesk.withContoso()).withFastPolicy('PT0.2S');
  await ledgerdesk.send('PUT', `/v1/tenants/${OTHER_TENANT}`, { displayName: 'Fabrikam' });
  known.add('customer', 'contoso');
  for (const policy of ['fast', 'program']) known.add('policy', policy);
  for (const calendar of ['always', 'business-hours-ko']) known.add('calendar', calendar);
  const { body } = await ledgerdesk.get<{ items: readonly { name: string }[] }>('/v1/projections');
  for (const { name } of body.items) known.add('projection', name);
  return Promise.all([
    ...ROLES.map((role) => callerOf(ledgerdesk, INSTALLATION, role)),
    ...ROLES_THERE.map((role) => callerOf(ledgerdesk, OTHER_TENANT, role)),
  ]);
};

const anyOf = (callers: readonly Caller[]): Arbitrary<Caller> => {
  const [first, ...others] = [...callers].sort((a, b) => Number(mayAll(b)) - Number(mayAll(a)));
  if (first === undefined) throw new Error('A run needs callers.');
  return fc.oneof(
    { weight: 16, arbitrary: fc.constant(first) },
    { weight: 5, arbitrary: fc.constantFrom(...others) },
    { weight: 1, arbitrary: fc.constantFrom(...NOBODY) },
  );
};
const mayAll = ({ tenantId, role }: Caller): boolean => tenantId === INSTALLATION && role === 'administrator';

/** Requests to every operation, mostly of one who may do all of it. */
export const requestsIn = (
  document: Document,
  known: KnownThings,
  callers: readonly Caller[],
  nowMs: number,
): Arbitrary<FuzzRequest> => {
  const requests = new Requests(
    ({ id }: Operation) => new Values(document, namedFor(known, id), nowMs),
    anyOf(callers),
    (type, example) => (type === NDJSON ? batchOf(document, known) : fc.constant(String(example))),
  );
  return fc.oneof(
    ...operationsOf(document).map((operation) => ({
      weight: WEIGHTS[operation.id] ?? (operation.path.startsWith(OF_A_REQUEST) ? 2 : 1) * USUAL_WEIGHT,
      arbitrary: requests.of(operation),
    })),
  );
};
