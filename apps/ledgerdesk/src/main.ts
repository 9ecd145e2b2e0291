import { type Configuration, ConfigurationError, readConfiguration, unknownSettings } from '#configuration';
import { createLog, withoutCredentials } from '#observability';
import { type Running, start } from './start.js';

/** A stop that hangs must not need a second Ctrl-C. */
const LONGEST_STOP_MS = 5_000;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const firstSteps = (url: string, key: string): void => {
  say(`
Register a customer, then file a first request:
  curl -sS -X PUT ${url}/v1/customers/contoso -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '{"displayName":"Contoso","primaryDomain":"contoso.example"}'
  curl -sS ${url}/v1/service-requests -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '{"customerId":"contoso","title":"Mail does not arrive","impact":"critical"}'
`);
};

const welcome = (
  { url, loginUrl, newKey, isUnused, warnings }: Running,
  { apiKey }: Pick<Configuration, 'apiKey'>,
): void => {
  if (newKey !== undefined) say(`\nYour API key, shown only now (store it):\n  ${newKey}`);
  if (apiKey !== undefined) say("\nThe key in LEDGERDESK_API_KEY is an administrator's.");
  if (isUnused) firstSteps(url, newKey ?? (apiKey === undefined ? '<your key>' : '$LEDGERDESK_API_KEY'));
  else say('');
  if (loginUrl !== undefined)
    say(`The API as a page; in a browser, this link works once, within ten minutes:\n  ${loginUrl}\n`);
  for (const warning of warnings) say(`${warning}\n`);
  say(`Ledgerdesk is ready at ${url}`);
};

/** What an operator can mend, in a sentence; undefined for what is a defect. */
const cureOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  // By name: what a thread throws comes without its class.
  if (error instanceof ConfigurationError || error.name.endsWith('UnavailableError')) return error.message;
  if (!('code' in error)) return undefined;
  if (error.code === 'EADDRINUSE')
    return `Another program listens there already (${error.message}). Stop it, or set PORT to another port; 0 takes any free one.`;
  if (error.code === 'EADDRNOTAVAIL' || ('syscall' in error && error.syscall === 'getaddrinfo'))
    return `HOST is no address of this machine (${error.message}). Set it to one, or unset it for 127.0.0.1.`;
  if (error.code === 'EACCES') return `The system does not allow that (${error.message}). Set PORT to 1024 or above.`;
  return undefined;
};

/** Stacks only: what errors carry besides may be secret. */
const defectOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by ${defectOf(error.cause)}`;
};

const main = async (): Promise<void> => {
  // Whoever else has an account on this machine has no business in the data folder.
  process.umask(0o077);
  for (const warning of unknownSettings(process.env, process.cwd())) process.stderr.write(`${warning}\n`);
  const configuration = readConfiguration(process.env, process.cwd());
  const log = createLog(configuration.logLevel);
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ending ??= (async () => {
      setTimeout(() => process.exit(1), LONGEST_STOP_MS + configuration.drainSeconds * 1_000).unref();
      // One that fails stops by itself.
      await (await starting.catch(() => undefined))?.stop();
    })();
    return ending;
  };
  const onDeath = (error: Error): void => {
    log.fatal({ err: error }, 'A part of Ledgerdesk died; stopping');
    process.exitCode = 1;
    void end();
  };
  const starting = start(configuration, log, onDeath);
  const running = await starting;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void end().then(() => say('Ledgerdesk has stopped.')));
  welcome(running, configuration);
};

main().catch((error: unknown) => {
  process.stderr.write(`${withoutCredentials(cureOf(error) ?? defectOf(error))}\n`);
  process.exit(1);
});
