import { pino } from 'pino';
import { ConfigurationError, readConfiguration } from './configuration.js';
import { start } from './start.js';

/** A stop that hangs must not need a second Ctrl-C. */
const LONGEST_STOP_MS = 5_000;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const welcome = (url: string, newKey: string | undefined): void => {
  const key = newKey ?? '<your key>';
  if (newKey !== undefined) say(`\nYour API key, shown only now (store it):\n  ${newKey}`);
  say(`
Register a customer, then file a first request:
  curl -X PUT ${url}/v1/customers/contoso -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '{"displayName":"Contoso","primaryDomain":"contoso.example"}'
  curl ${url}/v1/service-requests -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '{"customerId":"contoso","title":"Mail does not arrive","impact":"critical"}'
`);
  say(`Ledgerdesk is ready at ${url}`);
};

const main = async (): Promise<void> => {
  const configuration = readConfiguration(process.env);
  const log = pino({ level: configuration.logLevel }, pino.destination({ dest: 2, sync: false }));
  const fatal = (error: Error): void => {
    log.fatal({ err: error }, 'A part of Ledgerdesk died; stopping');
    process.exitCode = 1;
    void end();
  };
  const running = await start(configuration, log, fatal);
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ending ??= (async () => {
      setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
      await running.stop();
    })();
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void end().then(() => say('Ledgerdesk has stopped.')));
  welcome(running.url, running.newKey);
};

main().catch((error: unknown) => {
  const known =
    error instanceof ConfigurationError || (error instanceof Error && error.name.endsWith('UnavailableError'));
  process.stderr.write(
    known ? `${error.message}\n` : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
