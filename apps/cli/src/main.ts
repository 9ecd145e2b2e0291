import { Command } from 'commander';
import { history, type HistoryOptions } from './history.js';
import { UsageError } from './open-store.js';
import { progressBar } from './progress-bar.js';
import { replay, type ReplayOptions } from './replay.js';

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const DATA = process.env['LEDGERDESK_DATA_DIR'] ?? '.ledgerdesk';

const program = new Command('ledgerdesk')
  .description('Reads the history of a Ledgerdesk store, stopped or running. Nothing is ever written.')
  .addHelpText(
    'after',
    '\nExamples:\n  ledgerdesk history 84a0cd70-6c2e-550a-bc11-cbee5c439d4d\n  ledgerdesk replay --type ResponseBreached --json | head',
  );

program
  .command('history')
  .description('every event of one service request, in order')
  .argument('<service-request-id>')
  .option('--data <folder>', 'data folder', DATA)
  .option('--tenant <id>', 'tenant', 'default')
  .option('--json', 'one JSON object a line, as the API shows them')
  .action(async (requestId: string, options: HistoryOptions) => {
    say(await history(requestId, options));
  });

program
  .command('replay')
  .description('all events in commit order, then what they add up to')
  .option('--data <folder>', 'data folder', DATA)
  .option('--from <position>', 'show events from this position on')
  .option('--to <position>', 'stop after this position')
  .option('--type <type>', 'show only events of this type')
  .option('--stream <stream>', 'show only events of this stream')
  .option('--json', 'one JSON object a line; the summary goes to standard error')
  .action(async (options: ReplayOptions) => {
    const bar = progressBar(process.stderr, 'Replaying');
    const summary = await replay(options, { line: say, progress: bar.update });
    bar.clear();
    if (options.json === true) process.stderr.write(`${summary}\n`);
    else say(`\n${summary}`);
  });

try {
  await program.parseAsync();
} catch (error) {
  const isKnown = error instanceof UsageError || (error instanceof Error && error.name === 'UnknownEventError');
  process.stderr.write(
    `${isKnown ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
