import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installationSecret } from './installation-secret.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-secret-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the secret of an installation', () => {
  it('is made once, for its owner alone', () => {
    const made = installationSecret(folder, undefined);
    expect(made).toHaveLength(32);
    expect(installationSecret(folder, undefined)).toEqual(made);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
  });

  it('is made anew when the file is not whole', () => {
    installationSecret(folder, undefined);
    truncateSync(join(folder, 'secret'), 7);
    expect(installationSecret(folder, undefined)).toHaveLength(32);
  });

  it('is the same wherever the same one is given', () => {
    const given = 'given to every process';
    expect(installationSecret(folder, given)).toEqual(installationSecret('/nowhere', given));
    expect(installationSecret(folder, given)).not.toEqual(installationSecret(folder, 'another one of them'));
  });
});
