import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const CLIENT = join(ROOT, 'libs/client');

/** What the client's README says. */
const [, PACK = ''] = /^`npm (pack [^`]*)`/m.exec(readFileSync(join(CLIENT, 'README.md'), 'utf8')) ?? [];

describe('the package of the client', () => {
  let folder: string;
  let files: readonly string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'client-package-'));
    const packed = execFileSync('npm', [...PACK.split(' '), '--json', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // The script that compiles writes before npm does.
    const [{ filename, files: listed } = { filename: '', files: [] }] = JSON.parse(
      packed.slice(packed.indexOf('[')),
    ) as readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[];
    files = listed.map(({ path }) => path).sort();
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(CLIENT, 'dist'), { recursive: true, force: true });
  });

  it('has what its user needs, and nothing else', () => {
    const modules = ['alert-stream', 'create-client', 'index', 'openapi.types', 'problem-error', 'steady-fetch'];
    const compiled = modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]);
    expect(files).toEqual(['LICENSE', 'README.md', ...compiled, 'package.json']);
  });

  it('is under the licence of the whole', () => {
    const licence = (path: string): string => readFileSync(path, 'utf8');
    expect(licence(join(folder, 'package/LICENSE'))).toBe(licence(join(ROOT, 'LICENSE')));
  });

  it('runs in a program of Node, with what it depends on and no more', () => {
    const program = `import { createClient, data, items, ProblemError } from './package/dist/index.js';
      const client = createClient({ url: 'http://127.0.0.1:9', key: 'x' });
      console.log([client.GET, client.alerts, data, items, ProblemError].map((one) => typeof one).join());`;
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(Object.keys(dependencies)).toEqual(['openapi-fetch']);
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(said.trim()).toBe('function,function,function,function,function');
  });
});
