import type { Instant, RequestId, TenantId } from '#kernel';
import { deadlineRows, type FiledRequest, type OwedPromises, type ServiceRequestStore } from '#service-request';

type CheckRow = Awaited<ReturnType<OwedPromises['toCheck']>>[number];

const soonestFirst = (a: CheckRow, b: CheckRow): number => ((a.check_at ?? '') < (b.check_at ?? '') ? -1 : 1);

/** Without what was kept, or answered late: a long scenario has hundreds of those, and they are asked about no more. */
const stillToAsk = (request: FiledRequest): FiledRequest => ({
  ...request,
  obligations: request.obligations.filter(({ state, respondedAt }) => state === 'open' || respondedAt === undefined),
});

/** What is owed on the few requests of a scenario: the rows that the read model would have. */
export class MemoryOwedPromises implements OwedPromises {
  readonly #ids: RequestId[] = [];

  constructor(
    private readonly tenantId: TenantId,
    private readonly requests: ServiceRequestStore,
  ) {}

  add(id: RequestId): void {
    this.#ids.push(id);
  }

  async toCheck(horizon: Instant, limit: number, after?: object): Promise<readonly CheckRow[]> {
    if (after !== undefined) return []; // one page has them all
    return (await this.#rows()).filter(({ check_at }) => check_at !== null && check_at <= horizon).slice(0, limit);
  }

  /** The soonest instant at which something is to be asked. */
  async nextCheckAt(): Promise<Instant | undefined> {
    return (await this.#rows()).find(({ check_at }) => check_at !== null)?.check_at as Instant | undefined;
  }

  async #rows(): Promise<readonly CheckRow[]> {
    const found = await Promise.all(this.#ids.map((id) => this.requests.find(this.tenantId, id)));
    return found
      .flatMap((snapshot) =>
        snapshot === undefined || snapshot.state.status === 'notFiled'
          ? []
          : deadlineRows(this.tenantId, stillToAsk(snapshot.state)),
      )
      .sort(soonestFirst);
  }
}
