import type { Instant, RequestId } from '#kernel';

/** Digits that cannot be misread, after Crockford. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What people call a request, e.g. `SR-260713-9K3MZ0QV`: its day, and the last forty bits of its id, random in any version. */
export const numberOf = (requestId: RequestId, filedAt: Instant): string => {
  const bits = Number.parseInt(requestId.slice(-10), 16);
  const digits = Array.from({ length: 8 }, (_, index) => ALPHABET[Math.floor(bits / 32 ** (7 - index)) % 32]);
  return `SR-${filedAt.slice(2, 10).replaceAll('-', '')}-${digits.join('')}`;
};
