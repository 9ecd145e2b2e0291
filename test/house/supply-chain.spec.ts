import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: true;
  readonly optional?: true;
  readonly link?: true;
  readonly hasInstallScript?: true;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
);

/** Free to use and pass on; of MPL-2.0 only changes to the package itself would have to be published. */
const LICENCES = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '(BSD-3-Clause AND Apache-2.0)',
  'Apache-2.0',
  'BlueOak-1.0.0',
  '0BSD',
  'MPL-2.0',
];

describe('the packages of the lock file', () => {
  it('are under licences that docs/supply-chain.md names, as far as they run in production', () => {
    const others = installed.filter(([, { dev, license = 'none' }]) => dev !== true && !LICENCES.includes(license));
    expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
    const page = readFileSync(join(ROOT, 'docs/supply-chain.md'), 'utf8');
    expect(LICENCES.filter((licence) => !page.includes(licence))).toEqual([]);
  });

  it('are each what was locked, byte for byte, but for compiled files of some other platforms', () => {
    const undigested = installed.filter(([, { integrity, optional }]) => integrity === undefined && optional !== true);
    expect(undigested.map(([path]) => path)).toEqual([]);
  });

  it('run no script when they are installed; those that would are named in docs/supply-chain.md', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
    const page = readFileSync(join(ROOT, 'docs/supply-chain.md'), 'utf8');
    const wouldRun = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const unnamed = wouldRun.filter(([path]) => !page.includes(`\`${path.slice('node_modules/'.length)}\``));
    expect(unnamed.map(([path]) => path)).toEqual([]);
  });

  it('are asked for by exact versions', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Readonly<
      Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Readonly<Record<string, string>>>
    >;
    const asked = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
    expect(Object.entries(asked).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
