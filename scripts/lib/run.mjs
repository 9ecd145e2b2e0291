import { spawn } from 'node:child_process';
import { access, constants as modes } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { StepError } from './steps.mjs';

/** Where servers are installed that a user's PATH may leave out. */
const MORE_FOLDERS = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin'];

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Until it is called back, a signal ends the child first: an npm left behind would go on installing. */
const endTogether = (child) => {
  const end = (signal) => {
    const exit = () => process.exit(128 + constants.signals[signal]);
    child.once('exit', exit);
    // What sudo runs is not ours to end.
    if (!child.kill(signal)) exit();
  };
  for (const signal of SIGNALS) process.once(signal, end);
  return () => SIGNALS.forEach((signal) => process.off(signal, end));
};

/** Runs a program quietly; answers with its exit code (null: not started or killed) and all it printed. */
export const capture = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    // Who gives a signal of its own ends its children by it.
    const letGo = options.signal === undefined ? endTogether(child) : () => undefined;
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const output = () => Buffer.concat(chunks).toString();
    const finish = (result) => {
      letGo();
      resolve(result);
    };
    child.on('error', (error) => finish({ code: null, output: error.message }));
    child.on('close', (code) => finish({ code, output: output() }));
  });

/** @throws StepError with what the program printed */
export const mustRun = async (command, args, { cure, ...options } = {}) => {
  const { code, output } = await capture(command, args, options);
  if (code === 0) return output;
  throw new StepError(`${[command, ...args].join(' ')} failed${code === null ? '' : ` with exit code ${code}`}.`, {
    output,
    cure,
  });
};

export const findProgram = async (...names) => {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...MORE_FOLDERS];
  for (const file of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      await access(file, modes.X_OK);
      return file;
    } catch {
      // the next one
    }
  }
  return undefined;
};
