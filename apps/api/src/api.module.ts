import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { ApiKeyStore, ConnectedCallers, KeyIndex, KeyUses, Sessions, TenantStore } from '#access';
import { AlertQueries, type AlertSchema, AlertStore } from '#alert';
import { CustomerStore } from '#customer';
import type { EventStore } from '#event-store';
import { Followers } from '#following';
import type { TimerQueue } from '#job-queue';
import { Clock, type GuardedClock } from '#kernel';
import { type CheckpointSchema, RebuildRequestStore } from '#read-store';
import {
  CalendarStore,
  HolidayReader,
  PolicyStore,
  PromisedBudgets,
  ServiceLevelQueries,
  type ServiceLevelSchema,
  SlaCatalogue,
  TZDATA,
} from '#service-level';
import {
  AttainmentReader,
  DeadlineExplanations,
  PinnedTerms,
  ServiceRequestQueries,
  type ServiceRequestSchema,
  ServiceRequestStore,
  TimerWatch,
} from '#service-request';
import { DEADLINE_CLOCK } from '#service-request/commands';
import { ApiKeysController } from './access/api-keys.controller.js';
import { TenantsController } from './access/tenants.controller.js';
import { AlertFeed } from './alerts/alert-feed.js';
import { AlertStreamController } from './alerts/alert-stream.controller.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { BatchesController } from './batches/batches.controller.js';
import { COMMANDS, HANDLERS } from './commands.js';
import { CustomersController } from './customers/customers.controller.js';
import { DocsController } from './docs/docs.controller.js';
import { HealthController } from './health/health.controller.js';
import { assertOneHandlerEach } from './one-handler-each.js';
import { Drain } from './http/drain.js';
import type { Identities } from './http/authentication.js';
import { Reads } from './http/reads.js';
import { ImportsController } from './imports/imports.controller.js';
import { LoginController } from './login/login.controller.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ProblemsController } from './problems/problems.controller.js';
import { ProjectionViews } from './projections/projection-views.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { ReportsController } from './reports/reports.controller.js';
import { CalendarsController } from './service-levels/calendars.controller.js';
import { PoliciesController } from './service-levels/policies.controller.js';
import { QuotesController } from './service-levels/quotes.controller.js';
import { ServiceRequestCommandsController } from './service-requests/commands.controller.js';
import { ExplanationsController } from './service-requests/explanations.controller.js';
import { ObligationsController } from './service-requests/obligations.controller.js';
import { ServiceRequestQueriesController } from './service-requests/queries.controller.js';
import { VisibleRequests } from './service-requests/visible-requests.js';
import { TimerState } from './timers/timer-state.js';
import { TimersController } from './timers/timers.controller.js';
import { WhatIfController } from './what-if/what-if.controller.js';
import { EVENT_STORE, LOG, READ_STORE, TIMER_QUEUE } from './tokens.js';

/** The parts that adapters differ in. */
export interface Parts {
  readonly events: EventStore;
  readonly readStore: Kysely<CheckpointSchema & ServiceRequestSchema & AlertSchema & ServiceLevelSchema>;
  readonly figures: AttainmentReader;
  readonly queue: TimerQueue;
  readonly clock: Clock;
  /** For the question whether a deadline is past. */
  readonly deadlineClock: GuardedClock;
  /** What the timers of this process did lately. */
  readonly timerWatch: TimerWatch;
  /** What follows the store in this process. */
  readonly followers: Followers;
}

export const CONTROLLERS: readonly Type[] = [
  AlertStreamController,
  AlertsController,
  ApiKeysController,
  BatchesController,
  CalendarsController,
  CustomersController,
  DocsController,
  ExplanationsController,
  HealthController,
  ImportsController,
  LoginController,
  MetricsController,
  ObligationsController,
  PoliciesController,
  ProblemsController,
  ProjectionsController,
  QuotesController,
  ReportsController,
  ServiceRequestCommandsController,
  ServiceRequestQueriesController,
  TenantsController,
  TimersController,
  WhatIfController,
];

const AGGREGATE_STORES = [
  AlertStore,
  ApiKeyStore,
  CalendarStore,
  CustomerStore,
  PolicyStore,
  RebuildRequestStore,
  ServiceRequestStore,
  TenantStore,
];

const core = (
  { events, readStore, figures, queue, clock, deadlineClock, timerWatch, followers }: Parts,
  log: Logger,
): Provider[] => [
  { provide: LOG, useValue: log },
  { provide: EVENT_STORE, useValue: events },
  { provide: READ_STORE, useValue: readStore },
  { provide: TIMER_QUEUE, useValue: queue },
  { provide: Clock, useValue: clock },
  { provide: DEADLINE_CLOCK, useValue: deadlineClock },
  { provide: TimerWatch, useValue: timerWatch },
  TimerState,
  ProjectionViews,
  { provide: Metrics, useValue: new Metrics() },
  ...AGGREGATE_STORES.map((Store) => ({ provide: Store, useValue: new Store(events, clock) })),
  {
    provide: SlaCatalogue,
    useFactory: (policies: PolicyStore, calendars: CalendarStore) => new SlaCatalogue(policies, calendars, TZDATA),
    inject: [PolicyStore, CalendarStore],
  },
  { provide: PinnedTerms, useFactory: (catalogue: SlaCatalogue) => new PinnedTerms(catalogue), inject: [SlaCatalogue] },
  {
    provide: DeadlineExplanations,
    useFactory: (requests: ServiceRequestStore, catalogue: SlaCatalogue) =>
      new DeadlineExplanations(events, requests, catalogue),
    inject: [ServiceRequestStore, SlaCatalogue],
  },
  { provide: Followers, useValue: followers },
  { provide: AttainmentReader, useValue: figures },
  { provide: ServiceRequestQueries, useValue: new ServiceRequestQueries(readStore) },
  { provide: HolidayReader, useValue: new HolidayReader() },
  { provide: ServiceLevelQueries, useValue: new ServiceLevelQueries(readStore) },
  {
    provide: PromisedBudgets,
    useFactory: (queries: ServiceLevelQueries, catalogue: SlaCatalogue) => new PromisedBudgets(queries, catalogue),
    inject: [ServiceLevelQueries, SlaCatalogue],
  },
  { provide: AlertQueries, useValue: new AlertQueries(readStore) },
  AlertFeed,
  Drain,
  VisibleRequests,
  { provide: Reads, useValue: new Reads(readStore, events) },
];

@Module({})
export class ApiModule {
  static with(parts: Parts, { keys, sessions }: Identities, log: Logger): DynamicModule {
    assertOneHandlerEach(COMMANDS, HANDLERS);
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [...CONTROLLERS],
      providers: [
        ...core(parts, log),
        { provide: KeyIndex, useValue: keys.index },
        { provide: KeyUses, useValue: keys.uses },
        { provide: ConnectedCallers, useValue: keys.connected },
        { provide: Sessions, useValue: sessions },
        ...HANDLERS,
      ],
    };
  }
}
