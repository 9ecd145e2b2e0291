import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SqliteEventStore } from '#event-store';
import type { DomainEvent } from '#kernel';
import { serviceRequestType } from '#service-request';
import { answered, at, breached, escalatedForBreach, filed, newEvents } from '#testing';

const LAUNCHER = resolve(__dirname, '../../../bin/ledgerdesk.mjs');
const KEPT = '01980000-0000-7000-8000-00000000000a';
const BROKEN = '01990000-0000-7000-8000-00000000000b';
const TYPES = ['RequestFiled', 'SeverityAssigned', 'FirstResponseDue', 'ResponseBreached', 'Escalated'];

let folder: string;
let store: SqliteEventStore;

const streamOf = (id: string): string => `${serviceRequestType.category}-default.${id}`;

/** What each command led to. */
const record = async (stream: string, ...commands: readonly (readonly DomainEvent[])[]): Promise<void> => {
  let expected: bigint | 'none' = 'none';
  for (const events of commands) {
    const recorded = newEvents(events.length).map((event, index) => ({ ...event, ...events[index] }));
    ({ revision: expected } = await store.append(stream, expected, recorded));
  }
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-cli-'));
  store = await SqliteEventStore.open(join(folder, 'events.db'));
  await record(streamOf(KEPT), filed('critical'), [answered(at('00:10'))]);
  const late = at('02:00:00.019');
  await record(streamOf(BROKEN), filed('critical'), [
    breached(at('02:00'), late, 'critical'),
    escalatedForBreach(late),
  ]);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the built command with its output going to a file. @returns what it says on standard error, and its exit code */
const ledgerdeskInto = async (file: string, args: readonly string[]) => {
  const target = openSync(file, 'w');
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env: { PATH: process.env['PATH'], LEDGERDESK_DATA_DIR: folder },
    stdio: ['ignore', target, 'pipe'],
  });
  let err = '';
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  closeSync(target);
  return { code, err };
};

interface Ended {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command. */
const ledgerdesk = async (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> => {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env: { PATH: process.env['PATH'], LEDGERDESK_DATA_DIR: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.err += text.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, ...said };
};

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

describe('ledgerdesk history', () => {
  it('shows each event of a request on a line, without colour in a pipe', async () => {
    const { code, out, err } = await ledgerdesk(['history', BROKEN]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head).toMatch(/^recorded at +rev {2}event +by +what$/);
    expect(lines.map((line) => line.split(/ {2,}/)[2])).toEqual(TYPES);
    expect(lines[3]).toMatch(
      /operator-1 {2}was due 2026-07-13T02:00:00\.000Z, found 19 ms after \(timer\), not answered$/,
    );
    expect(out).not.toContain('\u001b');
  });

  it.each([
    ['the id in capitals', BROKEN.toUpperCase()],
    ['its first characters', '0199'],
  ])('finds it by %s', async (_, named) => {
    expect((await ledgerdesk(['history', named])).out).toBe((await ledgerdesk(['history', BROKEN])).out);
  });

  it('finds it by its number', async () => {
    const { code, out } = await ledgerdesk(['history', 'sr-260713-00000001']);
    expect(code).toBe(0);
    expect(out).toContain('FirstResponseGiven');
  });

  it.each([
    [['01'], /^Several service requests begin with 01; give more of the id\. They are: SR-\S+ 0198\S+, SR-\S+ 0199/],
    [['ffff'], /^Tenant default has no service request ffff\. [^]* --tenant names another tenant\./],
    [['01980000-0000-7000-8000-0000000000ff'], /^Tenant default has no service request 01980000-/],
    [[KEPT, '--tenant', 'other'], /^Tenant other has no service request/],
    [[KEPT, '--data', '/nonexistent'], /^There is no event store in \/nonexistent\. Name the data folder with --data/],
    [[], /missing required argument[^]*See: ledgerdesk history --help/],
  ])('answers %j with a sentence that says what to do', async (args, message) => {
    const { code, out, err } = await ledgerdesk(['history', ...args]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('says so when the file is no event store', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'events.db'), 'a text that is certainly no database, however long one reads on in it');
    const { code, err } = await ledgerdesk(['history', KEPT, '--data', other]);
    expect(code).toBe(1);
    expect(err).toMatch(/events\.db cannot be read as an event store \(.*\)\. Check who may read it[^\n]*\n$/);
  });
});

describe('ledgerdesk replay', () => {
  it('shows all events in commit order, then what they add up to', async () => {
    const { code, out } = await ledgerdesk(['replay']);
    expect(code).toBe(0);
    expect(out.match(/^ +\d+(?= )/gm)?.map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(out).toMatch(/^position {2}recorded at {15}event {17}stream {55}by {34}what\n +1 /);
    expect(out.split('\n\n')[1]).toBe(
      [
        'replayed  9 events, 9 shown',
        'requests  2 (1 waitingOnCustomer, 1 escalated)',
        'promises  2 (1 met, 1 breached)',
        'breaches  1, found at most 19 ms after the deadline\n',
      ].join('\n'),
    );
  });

  it('prints one JSON object a line and keeps the summary out of it', async () => {
    const { out, err } = await ledgerdesk(['replay', '--json', '--stream', streamOf(BROKEN)]);
    expect(jsonLines(out).map(({ type, revision, stream }) => [type, revision, stream])).toEqual(
      TYPES.map((type, revision) => [type, revision, streamOf(BROKEN)]),
    );
    expect(err).toMatch(/^replayed {2}9 events, 5 shown\n/);
  });

  it.each([
    [['--from', '8'], [8, 9], /9 events, 2 shown/],
    [['--to', '4'], [1, 2, 3, 4], /4 events, 4 shown\nrequests {2}1 \(1 waitingOnCustomer\)/],
    [['--type', 'ResponseBreached'], [8], /9 events, 1 shown/],
    [['--from', '100'], [], /9 events, 0 shown/],
  ])('with %j shows only what is asked for', async (args, positions, summary) => {
    const { out, err } = await ledgerdesk(['replay', '--json', ...args]);
    expect(out === '' ? [] : jsonLines(out).map(({ position }) => Number(position))).toEqual(positions);
    expect(err).toMatch(summary);
  });

  describe('in a store of several tenants', () => {
    const theirs = `${serviceRequestType.category}-contoso.${KEPT}`;
    beforeEach(() => record(theirs, filed('minimal')));

    it.each([
      [[], [1, 9], '9 events, 9 shown\nrequests  2'],
      [['--tenant', 'contoso'], [10, 12], '3 events, 3 shown\nrequests  1 (1 new)'],
      [['--all-tenants'], [1, 12], '12 events, 12 shown\nrequests  3'],
      [['--stream', theirs], [10, 12], '3 events, 3 shown\nrequests  1 (1 new)'],
    ])('with %j shows and counts what is of the tenant asked for', async (args, [first, last], summary) => {
      const { out, err } = await ledgerdesk(['replay', '--json', ...args]);
      const positions = out === '' ? [] : jsonLines(out).map(({ position }) => Number(position));
      expect([positions[0], positions.at(-1)]).toEqual([first, last]);
      expect(err).toContain(summary);
    });

    it('refuses a tenant that is not there, and names those that are', async () => {
      const { code, err } = await ledgerdesk(['replay', '--tenant', 'nobody']);
      expect([code, err]).toEqual([1, 'There is no tenant nobody in this store. The tenants are: contoso, default.\n']);
    });

    it('takes a tenant that is registered and has nothing yet', async () => {
      await record('tenant-default.fabrikam', [
        {
          type: 'TenantRegistered',
          data: { tenantId: 'fabrikam', displayName: 'Fabrikam', registeredAt: at('00:00') },
        },
      ]);
      const { code, out } = await ledgerdesk(['replay', '--tenant', 'fabrikam']);
      expect([code, out]).toEqual([0, expect.stringContaining('replayed  0 events, 0 shown')]);
    });

    it('stops at an event of any tenant that it does not understand', async () => {
      await record(`${serviceRequestType.category}-contoso.x`, [{ type: 'RequestTeleported', data: {} }]);
      const { code, err } = await ledgerdesk(['replay']);
      expect(code).toBe(1);
      expect(err).toMatch(/^Stopped at position 13, serviceRequest-contoso\.x: /);
    });

    it('tells who looks for a request how to list those of that tenant', async () => {
      const { err } = await ledgerdesk(['history', BROKEN, '--tenant', 'contoso']);
      expect(err).toContain('`ledgerdesk replay --type RequestFiled --tenant contoso`');
    });
  });

  it('stops with exit code 1 at an event that it does not understand, after what was before it', async () => {
    await record(streamOf('x'), [{ type: 'RequestTeleported', data: {} }]);
    const { code, out, err } = await ledgerdesk(['replay', '--json']);
    expect(code).toBe(1);
    expect(jsonLines(out)).toHaveLength(9);
    expect(err).toMatch(/^Stopped at position 10, \S+: The event RequestTeleported v1 is not known[^\n]*\n$/);
  });

  it.each([
    [['--from', 'yesterday'], /^--from takes a position, a whole number; yesterday is none/],
    [['--to', '-1'], /^--to takes a position/],
    [['--type', 'Breach'], /^There is no event type Breach\. The types are: .*ResponseBreached/],
  ])('refuses %j with a sentence', async (args, message) => {
    const { code, out, err } = await ledgerdesk(['replay', ...args]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
  });
});

describe('ledgerdesk quote', () => {
  const korean = ['--calendar', 'business-hours-ko', '--start', '2026-07-13T17:00:00+09:00', '--budget', 'PT4H'];
  const quote = (...args: readonly string[]) => ledgerdesk(['quote', ...args]);
  const writeCalendar = (name: string, calendar: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(calendar));
    return file;
  };

  it('draws the way to a deadline in local time, and lists its rows', async () => {
    const pause = '2026-07-14T09:30:00+09:00..2026-07-14T11:00:00+09:00';
    const { code, out, err } = await quote(...korean, '--pause', pause);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')).toEqual([
      'due 2026-07-14T04:30:00.000Z, Tue 2026-07-14 13:30 in Asia/Seoul',
      expect.stringMatching(/^4 h on business-hours-ko v1 from 2026-07-13T08:00:00\.000Z; time zone data \d{4}/),
      '',
      '                00    03    06    09    12    15    18    21    24',
      'Mon 2026-07-13                                    ██············',
      'Tue 2026-07-14  ··················█░░░█████◆                      ◆ 13:30 due',
      '                █ open   ░ paused   · closed   (Asia/Seoul)',
      '',
      'from (Asia/Seoul)     to                    kind    counted',
      'Mon 2026-07-13 17:00  Mon 2026-07-13 18:00  open    1 h',
      'Mon 2026-07-13 18:00  Tue 2026-07-14 09:00  closed',
      'Tue 2026-07-14 09:00  Tue 2026-07-14 09:30  open    30 min',
      'Tue 2026-07-14 09:30  Tue 2026-07-14 11:00  paused',
      'Tue 2026-07-14 11:00  Tue 2026-07-14 13:30  open    2 h 30 min',
      '',
    ]);
  });

  it('takes a calendar from a file or from the store, and prints JSON', async () => {
    const calendar = { timeZone: 'UTC', week: { '1': [['09:00', '10:00']] } };
    const definition = { displayName: 'Desk', ...calendar, holidays: [], overrides: {} };
    const publishedAt = at('00:00');
    const published = { calendarId: 'desk', version: 1, publishedAt, effectiveFrom: publishedAt, definition };
    const [event] = newEvents(1);
    if (event === undefined) throw new Error('There is one.');
    const data = published;
    await store.append('calendar-default.desk', 'none', [
      { ...event, type: 'CalendarPublished', schemaVersion: 2, data },
    ]);
    const asked = [
      '--start',
      '2026-07-13T00:00:00Z',
      '--budget',
      'PT2H',
      '--json',
      '--pause',
      '2026-07-20T09:30:00Z..',
    ];
    const [ofStore] = jsonLines((await quote('--calendar', 'desk', ...asked)).out);
    const [ofFile] = jsonLines((await quote('--calendar', writeCalendar('desk.json', calendar), ...asked)).out);
    expect(ofStore).toMatchObject({ expirationTime: null, slaMinutes: 120, calendarId: 'desk', calendarVersion: 1 });
    expect(ofFile?.['explanation']).toEqual(ofStore?.['explanation']);
  });

  it('needs no store for what is built in, and cuts a long list of rows', async () => {
    const { code, out } = await quote('--data', '/nonexistent', ...korean.slice(0, 4), '--budget', 'PT900H');
    expect(code).toBe(0);
    expect(out).toMatch(/\n… \d+ more rows; --json shows them all\n$/);
  });

  it.each([
    [['--start', 'noon'], /^--start: startTime must be an RFC 3339 instant/],
    [['--budget', '4h'], /^--budget takes a duration above zero, for example PT2H or PT90S; 4h is none/],
    [['--budget', 'PT999999H'], /^--budget: The calendar has not that much open time after 2026-07-13/],
    [['--pause', 'noon'], /^--pause takes from\.\.to, or from\.\. for one that has not ended; noon is neither/],
    [['--pause', '2026-07-14T00:00:00Z..2026-07-13T00:00:00Z'], /^--pause 2026-07-14\S+: A pause ends after it begins/],
    [['--calendar', 'nobody'], /^There is no calendar nobody in this store/],
    [['--calendar', '/nonexistent.json'], /^\/nonexistent\.json cannot be read as a calendar/],
  ])('refuses %j with a sentence', async (args, message) => {
    const { code, out, err } = await quote(...korean, ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('says where in a file a calendar is wrong', async () => {
    const file = writeCalendar('wrong.json', { timeZone: 'Mars/Olympus', week: {} });
    const { err } = await quote(...korean.slice(2), '--calendar', file);
    expect(err).toMatch(
      /wrong\.json #\/timeZone: A time zone is[^\n]*\n.*wrong\.json #\/week: A calendar has at least/,
    );
  });
});

it('ends quietly when its reader has seen enough', async () => {
  const notes = Array.from({ length: 2_500 }, (_, index) => ({
    type: 'CustomerUpdated',
    data: { displayName: `Customer ${index}`, primaryDomain: 'contoso.example' },
  }));
  await record('customer-default.contoso', notes);
  const child = spawn(process.execPath, [LAUNCHER, 'replay', '--data', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.once('data', () => child.stdout.destroy());
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

it('shows how to use it', async () => {
  const { code, out } = await ledgerdesk(['replay', '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/Usage: ledgerdesk replay[^]*--from <position>[^]*Examples:\n {2}\$ ledgerdesk replay/);
});

it.each([[['replay']], [['history', KEPT]]])(
  'says that its output cannot be written, without a trace: %j',
  async (args) => {
    const { code, err } = await ledgerdeskInto('/dev/full', args);
    expect(code).toBe(1);
    expect(err).toMatch(/^The output cannot be written \(ENOSPC[^\n]*\n$/);
  },
);

it('explains how a recorded deadline came about', async () => {
  const { code, out } = await ledgerdesk(['explain', KEPT]);
  expect(code).toBe(0);
  expect(out).toMatch(/^programFirstResponse no\. 1, met: due 2026-07-13T02:00:00\.000Z/);
  expect(out).toMatch(/^Mon 2026-07-13 00:00 +Mon 2026-07-13 02:00 +open +2 h$/m);
  expect((await ledgerdesk(['explain', 'SR-000000-NOBODYS0'])).err).toMatch(/^Tenant default has no service request/);
});

describe('ledgerdesk scenario and what-if', () => {
  const tell = async (...args: readonly string[]): Promise<string> => {
    const file = join(folder, 'scenario.json');
    writeFileSync(file, (await ledgerdesk(['scenario', ...args])).out);
    return file;
  };

  it('tells what a request has lived through, and shows it again: the events and what became of each promise', async () => {
    const { code, out } = await ledgerdesk(['what-if', await tell(BROKEN, '--timers', 'recorded')]);
    expect(code).toBe(0);
    expect(out).toMatch(/ResponseBreached +was due 2026-07-13T02:00:00.000Z, found 19 ms after/);
    expect(out).toMatch(/^programFirstResponse +breached +2026-07-13T02:00:00\.000Z +2026-07-13T02:00:00\.019Z/m);
  });

  it('shows it as JSON as the API answers', async () => {
    const { out } = await ledgerdesk(['what-if', await tell(KEPT), '--json']);
    expect(JSON.parse(out)).toMatchObject({ obligations: [{ state: 'met', respondedAt: '2026-07-13T00:10:00.000Z' }] });
  });

  it('needs no data folder for what is built in', async () => {
    const file = await tell(KEPT);
    const { code } = await ledgerdesk(['what-if', file, '--data', join(folder, 'nowhere')]);
    expect(code).toBe(0);
  });

  it('names each mistake with its place, and a file that it cannot read', async () => {
    const file = join(folder, 'scenario.json');
    writeFileSync(file, '{"filing":{"at":"2026-07-13T00:00:00Z","impact":"dire"},"until":"2026-07-13T01:00:00Z"}');
    const wrong = await ledgerdesk(['what-if', file]);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('#/filing/impact')]);
    const absent = await ledgerdesk(['what-if', join(folder, 'none.json')]);
    expect([absent.code, absent.err]).toEqual([1, expect.stringMatching(/^No scenario can be read from .*none\.json/)]);
    for (const nobody of ['SR-000000-NOBODYS0', '01980000-0000-7000-8000-0000000000ff'])
      expect((await ledgerdesk(['scenario', nobody])).err).toMatch(/^Tenant default has no service request/);
  });
});

describe('ledgerdesk config', () => {
  it('says which variables have no effect', async () => {
    const { code, err } = await ledgerdesk(['config'], { LEDGERDESK_DATADIR: 'x' });
    expect([code, err]).toEqual([0, expect.stringMatching(/did you mean LEDGERDESK_DATA_DIR\?\n$/)]);
  });

  it('shows what is in force and why, and no secret', async () => {
    const { out } = await ledgerdesk(['config']);
    expect(out).toMatch(/^LEDGERDESK_DATA_DIR +environment +\S/m);
    expect(out).toMatch(/^PORT +default +3000$/m);
  });

  it.each([
    ['REDIS_URL', 'redis://h:6379/0?password=swordfish'],
    ['KURRENTDB_URL', 'kurrentdb://admin:sword/fish@h:2113'],
    ['LEDGERDESK_OIDC_ISSUER', 'https://someone:swordfish@id.example'],
    ['LEDGERDESK_PUBLIC_URL', 'https://someone:sword/fish@desk.example'],
  ])('shows no password in %s, wherever it stands', async (name, text) => {
    for (const form of [[], ['--json']]) {
      const { out, err } = await ledgerdesk(['config', ...form], { [name]: text });
      expect(`${out}${err}`).toContain(name);
      expect(`${out}${err}`).not.toContain('fish');
    }
  });

  it('says all that is wrong, a sentence each, and shows the rest', async () => {
    const { code, out, err } = await ledgerdesk(['config'], { PORT: 'x', REDIS_URL: 'http://:secret@a' });
    expect(out).toMatch(/^PORT +environment +x ✗$/m);
    expect(out).toMatch(/^REDIS_URL +environment +\*\*\* ✗$/m);
    expect(out).toMatch(/^LOG_LEVEL +default +info$/m);
    expect({ code, lines: err.trim().split('\n') }).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^PORT is "x"/), expect.stringMatching(/^REDIS_URL must be/)],
    });
    expect(out + err).not.toContain('secret');
  });
});
