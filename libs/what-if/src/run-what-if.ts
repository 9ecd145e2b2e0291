import { setImmediate as breathe } from 'node:timers/promises';
import { TooManyWindowsError } from '#business-time';
import type { RecordedEvent } from '#event-store';
import {
  DomainError,
  type FieldError,
  type Instant,
  instantFromMs,
  instantToMs,
  type RequestId,
  type TenantId,
  wrongFields,
} from '#kernel';
import { MOST_WINDOWS, policyErrors, type SlaCatalogue } from '#service-level';
import type { ExplainedObligation, FiledRequest } from '#service-request';
import { Sandbox } from './sandbox.js';
import type { Filing, Scenario, Step } from './scenario.js';
import { scenarioCatalogue } from './scenario-catalogue.js';
import { Simulation } from './simulation.js';

/** What a scenario came to. */
export interface WhatIfOutcome {
  readonly request: FiledRequest;
  /** The history of the request, the duplicates' not included. */
  readonly events: readonly RecordedEvent[];
  /** One an obligation: how its newest deadline came about. */
  readonly explanations: readonly ExplainedObligation[];
}

/** What a scenario's own policies and calendars are added to. */
interface Baseline {
  readonly tenantId: TenantId;
  readonly catalogue: SlaCatalogue;
  /** Which version of a published policy is today's. */
  readonly now: Instant;
}

const refuse = (errors: readonly FieldError[]): never => {
  throw wrongFields(errors);
};

const TOO_MANY_WINDOWS = {
  code: 'too-many-windows',
  detail: `A calendar has more than ${MOST_WINDOWS} windows to be looked at for this.`,
};

/** Beyond, every zone's clocks would have to be looked up on the way. */
const LONGEST_YEARS = 50;
const LONGEST_MS = LONGEST_YEARS * 366 * 86_400_000;

/** Instants sort as text up to the year 9999. */
const lastStepAt = (filedAt: Instant): Instant =>
  instantFromMs(Math.min(instantToMs(filedAt) + LONGEST_MS, Date.parse('9999-12-31T23:59:59.999Z')));

/** A refusal inside the scenario is a mistake in it: told with the place that it comes from. */
const refusedAt = async <T>(place: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TooManyWindowsError) return refuse([{ pointer: place, ...TOO_MANY_WINDOWS }]);
    if (!(error instanceof DomainError)) throw error;
    const { errors = [{ pointer: '#', detail: error.message, code: error.code }] } = error.details;
    return refuse(errors.map((one) => ({ ...one, pointer: `${place}${one.pointer.slice(1)}` })));
  }
};

type Scheduled = { readonly at: Instant; readonly place: string } & (
  { readonly files: Filing } | { readonly step: Step }
);

/** A duplicate is filed before it is merged, at its own time. Steps at one instant stay in the order given. */
const scheduleOf = ({ timeline }: Scenario): readonly Scheduled[] =>
  timeline
    .flatMap((step, index): readonly Scheduled[] => {
      const place = `#/timeline/${index}`;
      const own = { at: step.at, place, step };
      return step.do === 'merge' ? [{ at: step.duplicate.at, place, files: step.duplicate }, own] : [own];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

const rangeErrors = ({ filing, until, timeline }: Scenario): readonly FieldError[] => {
  const within = (at: Instant, pointer: string, end: Instant): readonly FieldError[] => {
    if (at < filing.at)
      return [{ pointer, code: 'before-filing', detail: `Nothing is done before the filing at ${filing.at}.` }];
    return at <= end ? [] : [{ pointer, code: 'too-late', detail: `This is after ${end}.` }];
  };
  const last = lastStepAt(filing.at);
  const end = until < last ? until : last;
  return [
    ...within(until, '#/until', until),
    ...timeline.flatMap((step, index) => [
      ...within(step.at, `#/timeline/${index}/at`, end),
      ...(step.do === 'merge' ? within(step.duplicate.at, `#/timeline/${index}/duplicate/at`, step.at) : []),
    ]),
  ];
};

/** A policy that could not be published cannot be tried either; nor can steps outside the time that is looked at. */
const assertRunnable = async (scenario: Scenario, catalogue: SlaCatalogue, tenantId: TenantId): Promise<void> => {
  const { at } = scenario.filing;
  const errors = [...rangeErrors(scenario)];
  for (const definition of scenario.policies.values()) {
    const ids = definition.rules.map(({ calendarId }) => calendarId);
    const calendars = await catalogue.calendarsAt(tenantId, ids, at);
    const found = policyErrors({ definition, calendars, effectiveFrom: at, now: at });
    errors.push(...found.map((error) => ({ ...error, pointer: `#/policy${error.pointer.slice(1)}` })));
  }
  if (errors.length > 0) refuse(errors);
};

/**
 * What would have happened: runs the real decisions and timers on a private store and a clock of its own. Nothing is
 * recorded; the same scenario gives the same events each time.
 *
 * @throws DomainError `invalid` when it cannot be filed like this or a step is refused, with the place of the mistake
 */
export const runWhatIf = async (scenario: Scenario, { tenantId, catalogue, now }: Baseline): Promise<WhatIfOutcome> => {
  const { filing, policyIds, until } = scenario;
  const own = scenarioCatalogue(scenario, catalogue, filing.at, now);
  await assertRunnable(scenario, own, tenantId);
  await breathe();
  const sandbox = new Sandbox(tenantId, own, filing.at);
  const simulation = new Simulation(sandbox);
  await simulation.start();
  const request = await refusedAt('#', sandbox.file(filing, policyIds));
  await simulation.arm();
  const duplicates = new Map<string, RequestId>();
  for (const scheduled of scheduleOf(scenario)) {
    const { at, place } = scheduled;
    await simulation.passUntil(at);
    if ('files' in scheduled) duplicates.set(place, await refusedAt(place, sandbox.file(scheduled.files, policyIds)));
    else await refusedAt(place, simulation.act(scheduled.step, request, duplicates.get(place) ?? request));
    // A long scenario is run between the other work of the process.
    await breathe();
  }
  await simulation.passUntil(until, { inclusive: true });
  return {
    request: await sandbox.request(request),
    events: await sandbox.history(request),
    explanations: await refusedAt('#', sandbox.explain(request)),
  };
};
