import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../scripts/lib/node-flags.mjs';

const MAIN = new URL('../../dist/apps/ledgerdesk/src/main.js', import.meta.url).pathname;
export const KEY = 'bench-key-0123456789';

/** The built service as a process of its own on a fresh folder. */
export const startService = async ({
  folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-bench-')),
  main = MAIN,
  environment = {},
  flags = [],
} = {}) => {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, ...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? []), ...flags, main],
    {
      env: {
        ...process.env,
        PORT: '0',
        LOG_LEVEL: 'warn',
        LEDGERDESK_API_KEY: KEY,
        LEDGERDESK_DATA_DIR: folder,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise((ready, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /ready at (\S+)/.exec(output)?.[1];
      if (found) ready(found);
    });
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}`)));
  });
  const send = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: await response.json() };
  };
  const stop = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  };
  return {
    url,
    send,
    stop,
    folder,
    pid: child.pid,
    startupMs: performance.now() - begun,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

export const registerContoso = (service) =>
  service.send('PUT', '/v1/customers/contoso', { displayName: 'Contoso', primaryDomain: 'contoso.example' });
