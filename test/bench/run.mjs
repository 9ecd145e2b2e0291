import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { benchEngine } from './engine.mjs';

const RESULTS = new URL('../../docs/benchmarks.json', import.meta.url);
const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);

const step = async (name, work) => {
  process.stderr.write(`${name} … `);
  const begun = performance.now();
  const result = await work();
  process.stderr.write(`${((performance.now() - begun) / 1_000).toFixed(1)} s\n`);
  return result;
};

const percent = (part, whole) => `${Math.round((part / whole) * 100)} %`;

const filingRows = ([inFlight, { rawStore, bareRoute, withoutAccess, filing }]) => {
  const row = (name, { perSecond, p50Ms, p99Ms }) =>
    `| ${inFlight} | ${name} | ${perSecond} | ${p50Ms} | ${p99Ms} | ${percent(filing.perSecond, perSecond)} |`;
  return [
    row('raw store: three events an append', rawStore),
    row('bare validated Nest route', bareRoute),
    row('filing, everybody let in', withoutAccess),
    row('**filing, durable**', filing),
  ];
};

const times = (ours, theirs) => `${Math.round(ours / theirs)} ×`;

const engineRow = (name, { perSecond, luxonPerSecond, dateFnsPerSecond }) =>
  `| ${name} | ${perSecond} | ${times(perSecond, luxonPerSecond)} | ${times(perSecond, dateFnsPerSecond)} |`;

const millionRow = ([due, bench]) =>
  `| ${due} | ${bench.armed} | ${bench.sweepCpuMs} ms, ${bench.sweepPercentOfCore} % | ${bench.longestBlockMs} ms | ${bench.redisMegabytes} MB | ${bench.heldMegabytes} MB, ${bench.heldMoreMegabytes} MB more | ${bench.rearmSeconds} s |`;

const millionRows = ({ quiet, spread, near }) =>
  Object.entries({ 'in 1 to 8 hours': quiet, 'in 2 minutes to 8 hours': spread, 'in 2 to 10 minutes': near }).map(
    millionRow,
  );

const LISTS = {
  requests: 'service requests',
  ofSeverity: 'those of one severity',
  ofCustomer: 'those of one customer',
  deadlines: 'open deadlines',
  alerts: 'alerts',
  openAlerts: 'open alerts',
};

const pageRows = (pages) =>
  Object.entries(LISTS).map(([list, name]) => {
    const { firstMs, deepMs, smallTenantMs } = pages[list];
    return `| ${name} | ${firstMs} ms | ${deepMs} ms | ${smallTenantMs} ms |`;
  });

const table = ({ machine, engine, filing, lag, rebuild, lateness, arming, million, pages }) => `## Figures

${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, ${machine.date}; load generator, service and Redis on the same machine.

| in flight | what | per second | p50 ms | p99 ms | filing is |
| --- | --- | --- | --- | --- | --- |
${Object.entries(filing).flatMap(filingRows).join('\n')}

| what | figure |
| --- | --- |
| projection lag at ${lag.wanted} commands/s wanted, ${lag.reached} reached | p50 ${lag.lagP50Ms} ms, p99 ${lag.lagP99Ms} ms |
| rebuild of ${rebuild.events} events | ${rebuild.eventsPerSecond} events/s (${rebuild.seconds} s) |
| timer lateness, ${lateness.due} due inside a minute: ${lateness.breaches} breaches | p50 ${lateness.p50Ms} ms, p99 ${lateness.p99Ms} ms, max ${lateness.maxMs} ms |
| arming ${arming.timers} timers on an empty Redis | ${arming.seconds} s, ${arming.bytesEach} bytes each, ${arming.megabytes} MB |
| start on that store until ready | ${rebuild.startupMs} ms |
| a deadline ten open years away | ${engine.tenYears.knownMs} ms; ${engine.tenYears.freshMs} ms on a calendar just published; ${engine.tenYears.firstMs} ms when its zone is read for the first time |

| deadlines on one core | per second | counted with Luxon | with date-fns |
| --- | --- | --- | --- |
${engineRow('business hours', engine.plain)}
${engineRow('the same with 50 holidays and 50 pauses', engine.paused)}

| a million open deadlines, due | armed | CPU of a sweep, of a core | longest block | Redis | process holds for them after one sweep, and after five more | armed again after Redis was emptied |
| --- | --- | --- | --- | --- | --- | --- |
${million === undefined ? '' : millionRows(million).join('\n')}

| a page of 50 among half a million each | the first | after nine tenths | the first of a small tenant |
| --- | --- | --- | --- |
${pages === undefined ? '' : pageRows(pages).join('\n')}
`;

const measureService = async () => {
  const [
    { benchFiling },
    { benchLag, benchRebuild },
    { benchArming, benchLateness },
    { benchMillion },
    { benchPages },
  ] = await Promise.all(['filing', 'projections', 'timers', 'million', 'pages'].map((name) => import(`./${name}.mjs`)));
  const filing = await step('filing, single and 64 in flight', () => benchFiling(5));
  const { result: lag, folder, remove } = await step('projection lag at 2,000 commands/s', () => benchLag());
  const rebuild = await step('rebuild', () => benchRebuild(folder));
  remove();
  const lateness = await step('timer lateness, 10,000 due inside a minute', () => benchLateness());
  const arming = await step('arming 100,000 timers', () => benchArming());
  const million = await step('a million open deadlines', () => benchMillion());
  const pages = await step('pages of long lists', () => benchPages());
  return { filing, lag, rebuild, lateness, arming, million, pages };
};

// `npm run bench -- engine` measures the engine anew and leaves the rest as it was. The engine's turn is before ioredis is loaded:
// its class VerbatimString extends String, after which V8 looks up methods of strings slowly until code that runs often has
// read one of a String object. The service has come to that 0.2 s after its start; here nothing would, at half the speed.
const isEngineOnly = process.argv.includes('engine');
const engine = await step('deadlines, beside Luxon and date-fns', () => benchEngine());
const service = isEngineOnly ? JSON.parse(readFileSync(RESULTS, 'utf8')) : await measureService();
const [cpu] = cpus();
const machine = {
  cpu: cpu.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  date: new Date().toISOString().slice(0, 10),
};
const results = { ...service, machine, engine };
writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
// What stands before the figures is written by people.
const [prose] = readFileSync(PAGE, 'utf8').split('## Figures');
writeFileSync(PAGE, prose + table(results));
process.stdout.write(table(results));
