import { createHash, randomBytes } from 'node:crypto';

/** Keys are random enough (or checked to be long enough) that a fast hash is as good as a slow one. */
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export interface Secret {
  /** Shown once, then gone. */
  readonly key: string;
  readonly prefix: string;
  readonly hash: string;
}

/** `ldk_<eight hex digits>_<32 random characters>`: the first two parts name it in lists and logs. */
export const newSecret = (): Secret => {
  const prefix = `ldk_${randomBytes(4).toString('hex')}`;
  const key = `${prefix}_${randomBytes(24).toString('base64url')}`;
  return { key, prefix, hash: hashOf(key) };
};
