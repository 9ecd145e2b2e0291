import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PRELOAD = pathToFileURL(resolve(__dirname, 'shifted-clock.mjs')).href;

/** The wall clock of a service under test, in all its threads; set it as an operator or NTP would. */
export class ShiftedClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-clock-'));
  readonly #file = join(this.#folder, 'offset');

  constructor() {
    this.set(0);
  }

  /** What the service is to be started with. */
  get environment(): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--import ${PRELOAD}`, SHIFTED_CLOCK_FILE: this.#file };
  }

  /** @param offsetMs how far it is ahead of the true time */
  set(offsetMs: number): void {
    writeFileSync(`${this.#file}.new`, String(offsetMs));
    renameSync(`${this.#file}.new`, this.#file);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
