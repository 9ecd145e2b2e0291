import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Caller, scopeOf } from '#access';
import { AlertStore } from '#alert';
import { derivedUuid, isUuid, type RequestId, type TenantId } from '#kernel';
import { isRestricted, ServiceRequestStore } from '#service-request';
import { requestNotFound } from './answers.js';

const KEPT = 20_000;

/** What a caller may not see is looked for where nothing is: so it answers to everything as what does not exist. */
const nowhere = (id: string): string => derivedUuid('nowhere', id);

/** Turns ids as callers give them into those of what they may see (REQ-12); there is no other way to get at them. */
@Injectable()
export class VisibleRequests {
  /** What a request was filed as stays; the same few are asked for again and again. */
  readonly #requests = new LRUCache<string, boolean>({ max: KEPT });
  readonly #alerts = new LRUCache<string, boolean>({ max: KEPT });

  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly alerts: AlertStore,
  ) {}

  /** @throws DomainError `not-found` for what is no UUID, and so names no request */
  async requestId(caller: Caller, given: string): Promise<RequestId> {
    if (!isUuid(given)) return requestNotFound(given);
    const id = given.toLowerCase() as RequestId;
    const { tenantId, seesFraud } = scopeOf(caller);
    return seesFraud || !(await this.#isRestricted(tenantId, id)) ? id : (nowhere(id) as RequestId);
  }

  async alertId(caller: Caller, id: string): Promise<string> {
    const { tenantId, seesFraud } = scopeOf(caller);
    return seesFraud || !(await this.isAlertRestricted(tenantId, id)) ? id : nowhere(id);
  }

  /** Whether an alert tells of a request that few may see. */
  async isAlertRestricted(tenantId: TenantId, id: string): Promise<boolean> {
    const key = `${tenantId}.${id}`;
    const known = this.#alerts.get(key);
    if (known !== undefined) return known;
    const alert = (await this.alerts.find(tenantId, id, ({ state }) => state.state !== 'none'))?.state;
    if (alert === undefined || alert.state === 'none') return false;
    const found = await this.#isRestricted(tenantId, alert.serviceRequestId);
    this.#alerts.set(key, found);
    return found;
  }

  async #isRestricted(tenantId: TenantId, id: string): Promise<boolean> {
    const key = `${tenantId}.${id}`;
    const known = this.#requests.get(key);
    if (known !== undefined) return known;
    const request = (await this.requests.find(tenantId, id, ({ state }) => state.status !== 'notFiled'))?.state;
    if (request === undefined || request.status === 'notFiled') return false;
    const found = isRestricted(request);
    this.#requests.set(key, found);
    return found;
  }
}
