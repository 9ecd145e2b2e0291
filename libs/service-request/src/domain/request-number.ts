import type { Instant, RequestId } from '#kernel';

/** Digits that cannot be misread, after Crockford. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What people call a request, e.g. `SR-260713-9K3MZ0QV`: its day, and forty bits of its id. */
export const numberOf = (requestId: RequestId, filedAt: Instant): string => {
  const bits = BigInt(`0x${requestId.replaceAll('-', '').slice(0, 10)}`);
  const digits = Array.from({ length: 8 }, (_, index) => ALPHABET[Number((bits >> BigInt(35 - 5 * index)) & 31n)]);
  return `SR-${filedAt.slice(2, 10).replaceAll('-', '')}-${digits.join('')}`;
};
