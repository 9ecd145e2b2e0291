import type { Timer } from '#job-queue';
import { type Instant, instantToMs, type RequestId, type TenantId } from '#kernel';
import type { ObligationKind } from '#service-level';
import { checksOf } from '../domain/check-deadline.js';
import type { Obligation } from '../domain/obligation.state.js';
import type { CheckRow } from '../read-models/service-request.queries.js';

/** What a timer asks about. */
export interface Question {
  readonly tenantId: TenantId;
  readonly requestId: RequestId;
  readonly kind: ObligationKind;
  readonly cycle: number;
}

/** A promise that is to be asked about, and whose. */
export interface Owed {
  readonly tenantId: TenantId;
  readonly requestId: RequestId;
  readonly obligation: Obligation;
}

/** What is to be armed at an instant: of each promise everything up to `all`, else its next instant up to `next`. */
export interface Reach {
  readonly now: Instant;
  readonly all: Instant;
  readonly next: Instant;
}

/** A row of the read model as what is owed. */
export const owedIn = ({ tenant, request_id, obligation }: CheckRow): Owed => ({
  tenantId: tenant as TenantId,
  requestId: request_id as RequestId,
  obligation: JSON.parse(obligation) as Obligation,
});

/** One timer an instant of a deadline revision; of those past one, because one asks for all. */
export const timersOf = (
  { tenantId, requestId, obligation }: Owed,
  { now, all, next }: Reach,
  settled = false,
): readonly Timer[] => {
  const { kind, cycle, revision } = obligation;
  const payload: Question & Timer['payload'] = { tenantId, requestId, kind, cycle };
  const checks = checksOf(obligation, settled);
  const ahead = checks.filter((at) => at > now);
  const wanted = [...checks.filter((at) => at <= now).slice(-1), ...ahead.filter((at) => at <= all)];
  const [first] = ahead;
  if (wanted.length === 0 && first !== undefined && first <= next) wanted.push(first);
  return wanted.map((at) => ({
    id: `${tenantId}.${requestId}.${kind}.${cycle}.r${revision}.${instantToMs(at)}`,
    dueAt: at,
    payload,
  }));
};
