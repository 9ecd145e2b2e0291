import type { TenantId } from './ids.js';

/** What a caller may see of what is recorded: a query that is not told shows nothing. */
export interface Scope {
  readonly tenantId: TenantId;
  /** Service requests about fraud are for few (REQ-12). */
  readonly seesFraud: boolean;
}
