// npm run demo: a promise of seconds, kept once and broken once, on a service of its own or on a running one.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBuild } from './lib/build.mjs';
import { withLock } from './lib/lock.mjs';
import { NODE_FLAGS } from './lib/node-flags.mjs';
import { ensurePackages, requireNode } from './lib/packages.mjs';
import { ensureRedis } from './lib/redis.mjs';
import { root } from './lib/root.mjs';
import { explain, StepError } from './lib/steps.mjs';

const BUDGET_SECONDS = 5;
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const [bold, dim, red, green] = [paint(1), paint(2), paint(31), paint(32)];
const say = (text = '') => process.stdout.write(`${text}\n`);

/** What was made for the story, the newest last; undone once when it is over, however it ends. */
const undoings = [];
const undo = async () => {
  for (const one of undoings.splice(0).reverse()) await one();
};

/** A service on a temporary folder, gone with all it left when the story is over. */
const startOwn = async () => {
  await withLock(root, async () => {
    await ensurePackages(root);
    await ensureBuild(root);
  });
  const redis = await ensureRedis();
  undoings.push(() => redis.stop());
  const folder = await mkdtemp(join(tmpdir(), 'ledgerdesk-demo-'));
  undoings.push(() => rm(folder, { recursive: true, force: true }));
  const key = randomBytes(24).toString('hex');
  const guard = new URL('lib/end-with-parent.mjs', import.meta.url).href;
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, '--import', guard, join(root, 'dist/apps/ledgerdesk/src/main.js')],
    {
      env: {
        ...process.env,
        ...redis.environment,
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'error',
        LEDGERDESK_API_KEY: key,
        LEDGERDESK_DATA_DIR: folder,
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  undoings.push(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const url = await new Promise((ready, reject) => {
    child.stdout.on('data', (chunk) => {
      const found = /ready at (\S+)/.exec(chunk)?.[1];
      if (found) ready(found);
    });
    exited.then((code) =>
      reject(new StepError(`The service ended with ${code} before it was ready.`, { cure: 'see what it said above.' })),
    );
  });
  return { url, key };
};

const findService = () => {
  const { LEDGERDESK_URL: url, LEDGERDESK_API_KEY: key } = process.env;
  return url && key ? { url: url.replace(/\/$/, ''), key } : startOwn();
};

const refused = (error) => {
  if (error.name !== 'ProblemError') throw error;
  throw new StepError(`The service answered ${error.status}: ${error.problem.detail}`, {
    cure: 'check that the service is a Ledgerdesk and the key its administrator’s.',
  });
};

/** Calls `onAlert` for each alert as it arrives. */
const listen = (desk, onAlert) => {
  const ended = new AbortController();
  const read = async () => {
    for await (const { data } of desk.alerts({ signal: ended.signal })) onAlert(data);
  };
  const reading = read().catch(refused);
  return async () => {
    ended.abort();
    await reading;
  };
};

const time = (instant) => instant.slice(11, 23);

const showHistory = async (desk, items, title, id) => {
  say(`\n${bold(title)}`);
  const events = items((query) => desk.GET('/v1/service-requests/{id}/history', { params: { path: { id }, query } }));
  for await (const { recordedAt, type, actor } of events)
    say(`  ${dim(time(recordedAt))}  ${type.padEnd(20)} ${dim(actor.id)}`);
};

const play = async (service) => {
  const { createClient, data, items } = await import('../dist/libs/client/src/index.js');
  const desk = createClient(service);
  const name = `demo-${randomBytes(4).toString('hex')}`;
  say(bold(`\nA promise of ${BUDGET_SECONDS} seconds, at ${service.url}\n`));
  await desk.PUT('/v1/customers/{customerId}', {
    params: { path: { customerId: name } },
    body: { displayName: 'Contoso', primaryDomain: 'contoso.example' },
  });
  await desk.PUT('/v1/sla/policies/{policyId}', {
    params: { path: { policyId: name } },
    body: {
      displayName: 'Demo',
      obligation: 'partnerFirstResponse',
      rules: [{ when: {}, budget: `PT${BUDGET_SECONDS}S`, calendarId: 'always' }],
      escalation: [{ after: 'PT0S', to: 'duty-manager' }],
    },
  });
  let arrived;
  const alert = new Promise((resolve) => (arrived = resolve));
  let left;
  const hangUp = listen(
    desk,
    (found) => found.serviceRequestId === left?.id && found.kind === 'breach' && arrived(found),
  );
  const file = (title) =>
    data(desk.POST('/v1/service-requests', { body: { customerId: name, title, impact: 'critical', policyId: name } }));
  const answered = await file('Mail does not arrive');
  left = await file('The portal is down');
  for (const request of [answered, left])
    say(
      `  ${request.number}  ${request.title.padEnd(22)} first response due ${time(request.obligations[0].serviceLevelAgreement.expirationTime)}`,
    );
  await sleep(1_000);
  await desk.POST('/v1/service-requests/{id}/responses', {
    params: { path: { id: answered.id } },
    body: { text: 'We are on it.' },
  });
  say(`\n  ${answered.number}  ${green('answered in time')}`);
  const due = Date.parse(left.obligations[0].serviceLevelAgreement.expirationTime);
  for (let rest = due - Date.now(); rest > 0; rest = due - Date.now()) {
    say(`  ${left.number}  nobody answers … ${Math.ceil(rest / 1_000)} s left`);
    await sleep(Math.min(1_000, rest));
  }
  const breach = await Promise.race([alert, sleep(20_000, undefined, { ref: false })]);
  if (!breach)
    throw new StepError('No alert arrived within 20 s of the deadline.', {
      cure: `look at ${service.url}/health/ready`,
    });
  const late = Date.parse(breach.detectedAt) - Date.parse(breach.dueAt);
  say(`  ${left.number}  ${red('breached')}: was due ${time(breach.dueAt)}, found ${late} ms after`);
  say(`\n  ${bold('Alert')} to ${breach.to}, arrived live: "${breach.title}" is ${breach.severity} and unanswered`);
  await hangUp();
  await showHistory(desk, items, `History of ${answered.number}, kept`, answered.id);
  await showHistory(desk, items, `History of ${left.number}, broken`, left.id);
  say(`\nEach promise, kept or broken, is a fact of the history. Read on in README.md.`);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void undo().then(() => process.exit(128 + constants.signals[signal])));
try {
  requireNode();
  await play(await findService()).catch(refused);
} catch (error) {
  explain(error);
  process.exitCode = 1;
} finally {
  await undo();
}
