import { Command, Option } from 'commander';
import { ConfigurationError, readDataDirectory } from '#configuration';
import { EventStoreError } from '#event-store';
import type { ConfigOptions } from './config.js';
import type { ExplainOptions } from './explain.js';
import type { HistoryOptions } from './history.js';
import type { ImportOptions } from './import/import-file.js';
import { endWhenUnheard, outputTo } from './output.js';
import { palette, wantsColour } from './paint.js';
import { progressBar } from './progress-bar.js';
import type { QuoteOptions } from './quote.js';
import type { ReplayOptions } from './replay.js';
import { UsageError } from './usage-error.js';
import type { ScenarioOptions, WhatIfOptions } from './what-if.js';

// What a command needs is loaded when it runs: help and mistakes are answered at once.
const colours = palette(wantsColour(process.stdout, process.env));
const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];

const examples = (...lines: readonly string[]): string =>
  `\n${colours.bold('Examples:')}\n${lines.map((line) => `  $ ledgerdesk ${line}`).join('\n')}`;

const commandNamed = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option('--data <folder>', 'data folder (default: LEDGERDESK_DATA_DIR, or .ledgerdesk)')
    .configureHelp({ styleTitle: colours.bold })
    .showHelpAfterError(`See: ledgerdesk ${name} --help`);

const historyCommand = commandNamed('history', 'Every event of one service request, in order.')
  .argument('<service-request>', 'its id, the first characters of it, or its number')
  .option('--tenant <id>', 'tenant', 'default')
  .option('--json', 'one JSON object a line, as the API shows them')
  .addHelpText('after', examples('history SR-261121-GJGCTW3C', 'history 84a0cd70 --json'))
  .action(async (named: string, options: HistoryOptions) => {
    const { history } = await import('./history.js');
    await out.lines(await history(named, options, colours));
  });

const replayCommand = commandNamed('replay', 'All events of a tenant in commit order, then what they add up to.')
  .option('--tenant <id>', 'tenant', 'default')
  .option('--all-tenants', 'those of every tenant')
  .option('--from <position>', 'show events from this position on')
  .option('--to <position>', 'stop after this position')
  .option('--type <type>', 'show only events of this type')
  .option('--stream <stream>', 'show only events of this stream')
  .option('--json', 'one JSON object a line; the summary goes to standard error')
  .addHelpText('after', examples('replay --type ResponseBreached', 'replay --json --from 1000 | head -n 20'))
  .action(async (options: ReplayOptions) => {
    const { replay } = await import('./replay.js');
    const begun = performance.now();
    const bar = progressBar(process.stderr, 'Replaying', () => performance.now() - begun);
    const summary = await replay(options, { output: out, bar, palette: colours });
    await (options.json === true ? err : out).lines(options.json === true ? summary : ['', ...summary]);
  });

const whatIfCommand = commandNamed(
  'what-if',
  'What would happen in a scenario: the real decisions and timers, nothing recorded.',
)
  .argument('<file>', 'the scenario as JSON, as POST /v1/sla/what-if takes it; - for standard input')
  .option('--tenant <id>', 'whose policies and calendars', 'default')
  .option('--json', 'as the API answers')
  .addHelpText('after', examples('what-if outage.json', 'scenario SR-261121-GJGCTW3C | ledgerdesk what-if -'))
  .action(async (file: string, options: WhatIfOptions) => {
    const { whatIf } = await import('./what-if.js');
    await out.lines(await whatIf(file, options, colours));
  });

const explainCommand = commandNamed(
  'explain',
  'How the deadlines of a recorded request came about, and whether they come out again.',
)
  .argument('<service-request>', 'its id, the first characters of it, or its number')
  .option('--tenant <id>', 'tenant', 'default')
  .option('--json', 'one JSON object a promise')
  .addHelpText('after', examples('explain SR-261121-GJGCTW3C'))
  .action(async (named: string, options: ExplainOptions) => {
    const { explain: explainRequest } = await import('./explain.js');
    await out.lines(await explainRequest(named, options, colours));
  });

const scenarioCommand = commandNamed(
  'scenario',
  'What a recorded request has lived through, as a scenario to change and run.',
)
  .argument('<service-request>', 'its id, the first characters of it, or its number')
  .option('--tenant <id>', 'tenant', 'default')
  .addOption(
    new Option('--timers <when>', 'ask as soon as they should, or at the instants at which they really asked')
      .choices(['prompt', 'recorded'])
      .default('prompt'),
  )
  .addHelpText('after', examples('scenario SR-261121-GJGCTW3C > lived.json', 'what-if lived.json'))
  .action(async (named: string, options: ScenarioOptions) => {
    const { scenario } = await import('./what-if.js');
    await out.lines(await scenario(named, options));
  });

const quoteCommand = commandNamed('quote', 'The deadline that filing would give: drawn, and how it comes about.')
  .requiredOption('--calendar <id|file.json>', 'a built-in or published calendar, or one in a file')
  .requiredOption('--start <instant>', 'RFC 3339, for example 2026-07-13T17:00:00+09:00')
  .requiredOption('--budget <duration>', 'ISO 8601, for example PT2H or PT90S')
  .option(
    '--pause <from..to>',
    'two instants, or one and .. while it has not ended; may be given several times',
    (pause: string, before: readonly string[]) => [...before, pause],
    [],
  )
  .option('--tenant <id>', 'tenant', 'default')
  .option('--json', 'what POST /v1/sla/quote answers')
  .addHelpText(
    'after',
    examples(
      'quote --calendar always --start 2026-07-13T00:00:00Z --budget PT2H',
      'quote --calendar business-hours-ko --start 2026-07-13T17:00:00+09:00 --budget PT4H \\\n      --pause 2026-07-14T09:30:00+09:00..2026-07-14T11:00:00+09:00',
    ),
  )
  .action(async (options: QuoteOptions) => {
    const { quoteLines } = await import('./quote.js');
    await out.lines(await quoteLines(options, colours));
  });

const importCommand = new Command('import')
  .description(
    'Sends tickets of another system to a running service, with their own times. Run it again as often as need be.',
  )
  .configureHelp({ styleTitle: colours.bold })
  .showHelpAfterError('See: ledgerdesk import --help')
  .argument('<file>', '.ndjson: a ticket a line, as POST /v1/imports takes it; .csv: a ticket a row')
  .option('--url <address>', 'the service (default: LEDGERDESK_URL, or http://127.0.0.1:3000)')
  .option('--key <key>', "an administrator's key (default: LEDGERDESK_API_KEY, which other users do not see)")
  .option('--system <name>', 'where the tickets come from, where they do not say so themselves')
  .option('--alerts', 'tell and escalate what was missed in the past')
  .option('--dry-run', 'look for mistakes only; nothing is sent')
  .addHelpText('after', examples('import tickets.ndjson --dry-run', 'import tickets.csv --system old-desk'))
  .action(async (file: string, options: ImportOptions) => {
    const { importFile } = await import('./import/import-file.js');
    const begun = performance.now();
    const bar = progressBar(process.stderr, 'Importing', () => performance.now() - begun);
    if (!(await importFile(file, options, { out, err, bar }))) process.exitCode = 1;
  });

const configCommand = new Command('config')
  .description('Which settings are in force for npm start in this folder, and where each comes from.')
  .configureHelp({ styleTitle: colours.bold })
  .option('--json', 'one JSON object a setting')
  .addHelpText('after', examples('config', 'config --json'))
  .action(async (options: ConfigOptions) => {
    const { config } = await import('./config.js');
    if (!(await config(options, { out, err, palette: colours }))) process.exitCode = 1;
  });

const program = new Command('ledgerdesk')
  .description(
    'Reads the history of a Ledgerdesk store, stopped or running, computes deadlines, tries scenarios and imports tickets; what is recorded is never changed.',
  )
  .configureHelp({ styleTitle: colours.bold })
  .showHelpAfterError('See: ledgerdesk --help')
  .addCommand(historyCommand)
  .addCommand(explainCommand)
  .addCommand(replayCommand)
  .addCommand(quoteCommand)
  .addCommand(scenarioCommand)
  .addCommand(whatIfCommand)
  .addCommand(importCommand)
  .addCommand(configCommand)
  .addHelpText('after', examples('history SR-261121-GJGCTW3C', 'replay --type ResponseBreached'))
  .hook('preAction', (_, command) => {
    if (command.getOptionValue('data') === undefined)
      command.setOptionValue('data', readDataDirectory(process.env, process.cwd()));
  });

const explain = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof ConfigurationError || error instanceof EventStoreError)
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

endWhenUnheard(process.stdout);
endWhenUnheard(process.stderr);
try {
  await program.parseAsync();
} catch (error) {
  const { withoutCredentials } = await import('#observability');
  await err.lines([withoutCredentials(explain(error))]);
  process.exitCode = 1;
}
