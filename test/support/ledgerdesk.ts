import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient, type LedgerdeskClient } from '#client';

const MAIN = resolve(__dirname, '../../dist/apps/ledgerdesk/src/main.js');
/** Ends the service when the tests that started it are gone, however they went. */
const GUARD = pathToFileURL(resolve(__dirname, '../../scripts/lib/end-with-parent.mjs')).href;
const READY = /^Ledgerdesk is ready at (\S+)$/m;

export const TEST_KEY = 'test-key-0123456789';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The whole built service as a process of its own, on a data folder of its own. */
export class Ledgerdesk {
  #child: ChildProcess | undefined;
  #url = '';
  #output = '';

  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<Ledgerdesk> {
    const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-e2e-'));
    const service = new Ledgerdesk(folder, environment);
    try {
      await service.startAgain();
      return service;
    } catch (error) {
      await service.remove();
      throw error;
    }
  }

  get url(): string {
    return this.#url;
  }

  /** What callers of ours would use. */
  get client(): LedgerdeskClient {
    return createClient({ url: this.#url, key: TEST_KEY });
  }

  get output(): string {
    return this.#output;
  }

  /** Starts on the data that is there. Rejects with what the process said when it does not become ready. */
  async startAgain(): Promise<void> {
    this.#output = '';
    const child = spawn(process.execPath, ['--import', GUARD, MAIN], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: '0',
        LOG_LEVEL: 'warn',
        LEDGERDESK_API_KEY: TEST_KEY,
        LEDGERDESK_DATA_DIR: join(this.folder, 'data'),
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#url = await new Promise((ready, reject) => {
      const hear = (chunk: Buffer): void => {
        this.#output += chunk.toString();
        const [, url] = READY.exec(this.#output) ?? [];
        if (url !== undefined) ready(url);
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) => reject(new Error(`Ledgerdesk ended with ${code ?? 'a signal'}:\n${this.#output}`)));
    });
  }

  /** Sends a signal and waits for the end. @returns the exit code, null when a signal ended it */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TEST_KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.send<Body>('GET', path);
  }

  post<Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>> {
    return this.send<Body>('POST', path, body, headers);
  }

  /** The customer that the stories are about. */
  async withContoso(): Promise<this> {
    await this.send('PUT', '/v1/customers/contoso', { displayName: 'Contoso', primaryDomain: 'contoso.example' });
    return this;
  }

  /** A promise of seconds, for stories that wait for the breach. */
  async withFastPolicy(budget: string): Promise<this> {
    await this.send('PUT', '/v1/sla/policies/fast', {
      displayName: 'Seconds, for tests',
      obligation: 'partnerFirstResponse',
      rules: [{ when: {}, budget, calendarId: 'always' }],
      escalation: [{ after: 'PT0S', to: 'duty-manager' }],
    });
    return this;
  }
}
