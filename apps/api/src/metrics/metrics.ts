import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FollowerState } from '#following';
import type { ProjectionView } from '../projections/projection-views.js';
import type { TimerState } from '../timers/timer-state.js';

/** Tenants beyond these are counted together: a label must not grow without end. */
const MOST_TENANTS = 500;
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is read when somebody asks. */
export interface Readings {
  readonly timers: Awaited<ReturnType<TimerState['report']>>;
  readonly projections: readonly ProjectionView[];
  readonly followers: readonly FollowerState[];
}

/** What this process counts, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #tenants = new Set<string>();
  readonly #requests = new Histogram({
    name: 'ledgerdesk_http_request_duration_seconds',
    help: 'Requests by route and status, from their first byte to the last of the answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #refusals = new Counter({
    name: 'ledgerdesk_refusals_total',
    help: 'Refusals of what a caller may not do, logged or not; tenant and capability are none where neither is known.',
    labelNames: ['code', 'capability', 'tenant'] as const,
    registers: [this.#registry],
  });
  readonly #overloads = new Counter({
    name: 'ledgerdesk_overload_refusals_total',
    help: 'Commands answered with 503 at once, because more were under way than could be done soon.',
    registers: [this.#registry],
  });
  readonly #overdue = this.#gauge('ledgerdesk_deadlines_overdue', 'Deadlines past and not recorded as missed.');
  readonly #oldest = this.#gauge('ledgerdesk_deadlines_oldest_overdue_seconds', 'How long the oldest of them is past.');
  readonly #armed = this.#gauge('ledgerdesk_timers_armed', 'Timers in the queue; absent while it is away.');
  readonly #drift = this.#gauge(
    'ledgerdesk_timers_drift',
    'Timers found gone since the start, though nothing was lost.',
  );
  readonly #disagreement = this.#gauge(
    'ledgerdesk_clock_disagreement_seconds',
    'Wall clock ahead of the trusted time.',
  );
  readonly #lateness = new Gauge({
    name: 'ledgerdesk_timer_lateness_seconds',
    help: 'How late misses were recorded lately.',
    labelNames: ['quantile'] as const,
    registers: [this.#registry],
  });
  readonly #lagEvents = this.#ofProjection('ledgerdesk_projection_lag_events', 'Events a read model has not seen yet.');
  readonly #lagSeconds = this.#ofProjection('ledgerdesk_projection_lag_seconds', 'Age of the oldest of them.');
  readonly #failing = new Gauge({
    name: 'ledgerdesk_follower_failing',
    help: 'Whether a follower of the event store fails, or has ended: 1, else 0.',
    labelNames: ['follower'] as const,
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  readonly countRefusal = (code: string, capability: string, tenantId: string): void => {
    if (this.#tenants.size < MOST_TENANTS) this.#tenants.add(tenantId);
    this.#refusals.inc({ code, capability, tenant: this.#tenants.has(tenantId) ? tenantId : 'other' });
  };

  readonly countOverload = (): void => {
    this.#overloads.inc();
  };

  /** Call it before the first route. */
  timeRequests(server: FastifyInstance): void {
    server.addHook('onResponse', ({ method, routeOptions }, { elapsedTime, statusCode }, next) => {
      // An address that no route has is the client's invention, and could be another each time.
      const route = routeOptions.url ?? 'none';
      this.#requests.observe({ method, route, status: statusCode }, elapsedTime / 1_000);
      next();
    });
  }

  async text({ timers, projections, followers }: Readings): Promise<string> {
    const { overdue, armed, lateness, drift, clock } = timers;
    this.#overdue.set(overdue.count);
    this.#oldest.set((overdue.oldest?.lateMs ?? 0) / 1_000);
    this.#disagreement.set(clock.disagreementMs / 1_000);
    this.#drift.set(drift);
    if (armed === null) this.#armed.remove();
    else this.#armed.set(armed);
    for (const [quantile, ms] of [
      ['0.5', lateness.p50Ms],
      ['0.99', lateness.p99Ms],
      ['1', lateness.maxMs],
    ] as const)
      if (ms === null) this.#lateness.remove(quantile);
      else this.#lateness.set({ quantile }, ms / 1_000);
    for (const { name, lagEvents, lagMs } of projections) {
      this.#lagEvents.set({ projection: name }, lagEvents);
      this.#lagSeconds.set({ projection: name }, lagMs / 1_000);
    }
    for (const { name, state } of followers) this.#failing.set({ follower: name }, state === 'following' ? 0 : 1);
    return this.#registry.metrics();
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] });
  }

  #ofProjection(name: string, help: string): Gauge<'projection'> {
    return new Gauge({ name, help, labelNames: ['projection'], registers: [this.#registry] });
  }
}
