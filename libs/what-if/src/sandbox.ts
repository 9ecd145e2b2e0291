import { CustomerStore } from '#customer';
import { PutCustomerCommand, PutCustomerHandler } from '#customer/commands';
import { MemoryEventStore, type RecordedEvent } from '#event-store';
import { MemoryTimerQueue } from '#job-queue';
import {
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  type CustomerId,
  derivedUuid,
  type Instant,
  ManualClock,
  type RequestId,
  type TenantId,
} from '#kernel';
import type { SlaCatalogue } from '#service-level';
import {
  DeadlineExplanations,
  DeadlineTimers,
  type ExplainedObligation,
  type FiledRequest,
  PinnedTerms,
  ServiceRequestStore,
} from '#service-request';
import {
  AnnulBreachCommand,
  AnnulBreachHandler,
  ChangeLanguageCommand,
  ChangeLanguageHandler,
  ChangeSeverityCommand,
  ChangeSeverityHandler,
  CheckDeadlineCommand,
  CheckDeadlineHandler,
  CloseRequestCommand,
  CloseRequestHandler,
  EscalateRequestCommand,
  EscalateRequestHandler,
  FileRequestCommand,
  FileRequestHandler,
  GiveResponseCommand,
  GiveResponseHandler,
  MergeRequestCommand,
  MergeRequestHandler,
  PauseClockCommand,
  PauseClockHandler,
  ReevaluateObligationCommand,
  ReevaluateObligationHandler,
  ReopenRequestCommand,
  ReopenRequestHandler,
  type RequestCommand,
  ResolveRequestCommand,
  ResolveRequestHandler,
  ResumeClockCommand,
  ResumeClockHandler,
} from '#service-request/commands';
import { MemoryOwedPromises } from './memory-owed-promises.js';
import type { Filing } from './scenario.js';

type Handler = { execute(command: object): Promise<unknown> };

/** Of all explanations together: as many as one recorded deadline is explained with. */
const MOST_ROWS = 12_000;

const ACTOR = { id: 'what-if', role: 'simulation', kind: 'system' } as const;

/**
 * All of Ledgerdesk that decides and reminds, on memory twins and a clock that is told the time: the handlers, decisions
 * and timers are those of the real one.
 */
export class Sandbox {
  readonly clock: ManualClock;
  readonly timers: DeadlineTimers;
  readonly queue: MemoryTimerQueue;
  readonly owed: MemoryOwedPromises;
  readonly #explanations: DeadlineExplanations;
  readonly #events = new MemoryEventStore();
  readonly #requests: ServiceRequestStore;
  readonly #handlers: ReadonlyMap<unknown, Handler>;
  #commands = 0;

  constructor(
    private readonly tenantId: TenantId,
    catalogue: SlaCatalogue,
    begin: Instant,
  ) {
    const clock = new ManualClock(begin);
    const requests = new ServiceRequestStore(this.#events, clock);
    const customers = new CustomerStore(this.#events, clock);
    const pinned = new PinnedTerms(catalogue);
    this.clock = clock;
    this.queue = new MemoryTimerQueue(clock);
    this.owed = new MemoryOwedPromises(tenantId, requests);
    this.#explanations = new DeadlineExplanations(this.#events, requests, catalogue, (definition) => ({
      pinned: undefined, // nothing to verify: what was promised a moment ago was counted on this very calendar
      here: catalogue.compiled(definition),
    }));
    this.timers = new DeadlineTimers(this.#events, this.owed, this.queue, clock);
    this.#requests = requests;
    this.#handlers = new Map<unknown, Handler>([
      [PutCustomerCommand, new PutCustomerHandler(customers, clock)],
      [FileRequestCommand, new FileRequestHandler(requests, customers, catalogue, clock)],
      [AnnulBreachCommand, new AnnulBreachHandler(requests, clock)],
      [ChangeLanguageCommand, new ChangeLanguageHandler(requests, pinned, clock, clock)],
      [ChangeSeverityCommand, new ChangeSeverityHandler(requests, pinned, clock, clock)],
      [CheckDeadlineCommand, new CheckDeadlineHandler(requests, clock)],
      [CloseRequestCommand, new CloseRequestHandler(requests, clock)],
      [EscalateRequestCommand, new EscalateRequestHandler(requests, clock)],
      [GiveResponseCommand, new GiveResponseHandler(requests, pinned, clock, clock)],
      [MergeRequestCommand, new MergeRequestHandler(requests, pinned, clock)],
      [PauseClockCommand, new PauseClockHandler(requests, clock)],
      [ReevaluateObligationCommand, new ReevaluateObligationHandler(requests, pinned, clock, clock)],
      [ReopenRequestCommand, new ReopenRequestHandler(requests, pinned, clock)],
      [ResolveRequestCommand, new ResolveRequestHandler(requests, pinned, clock, clock)],
      [ResumeClockCommand, new ResumeClockHandler(requests, pinned, clock)],
    ]);
  }

  /** What a caller's next command carries: ids that are the same each time the scenario is run. */
  readonly meta = (): CommandMeta => {
    const commandId = derivedUuid('what-if', String(this.#commands++)) as CommandId;
    return { commandId, correlationId: commandId as string as CorrelationId, tenantId: this.tenantId, actor: ACTOR };
  };

  /** As the command bus would. */
  execute(command: RequestCommand<unknown> | FileRequestCommand | PutCustomerCommand): Promise<unknown> {
    const handler = this.#handlers.get(command.constructor);
    if (handler === undefined) throw new Error(`No handler is there for ${command.constructor.name}.`);
    return handler.execute(command);
  }

  /** @throws DomainError `invalid` when it cannot be filed like this */
  async file({ customerId, impact, at: _, ...facts }: Filing, policyIds: readonly string[]): Promise<RequestId> {
    const profile = { displayName: customerId, primaryDomain: 'what-if.example', cloud: 'what-if' };
    const id = customerId as CustomerId;
    await this.execute(new PutCustomerCommand({ customerId: id, profile }, this.meta()));
    // As with an idempotency key: the id of the request follows from the command's.
    const meta = { ...this.meta(), fingerprint: 'what-if' };
    const details = { customerId: id, title: 'What if', ...facts };
    const filed = (await this.execute(new FileRequestCommand({ impact, policyIds, details }, meta))) as {
      readonly state: FiledRequest;
    };
    this.owed.add(filed.state.requestId);
    return filed.state.requestId;
  }

  async request(id: RequestId): Promise<FiledRequest> {
    const state = (await this.#requests.find(this.tenantId, id))?.state;
    if (state === undefined || state.status === 'notFiled')
      throw new Error('The request of the scenario is not there.');
    return state;
  }

  /** How each deadline of the request came about. */
  explain(id: RequestId): Promise<readonly ExplainedObligation[]> {
    return this.#explanations.explainAll(this.tenantId, id, MOST_ROWS);
  }

  history(id: RequestId): Promise<readonly RecordedEvent[]> {
    return this.#events.readStream(this.#requests.streamOf(this.tenantId, id));
  }
}
