import { DomainError, type FieldError, type Instant, wrongFields } from '#kernel';
import { checkDeadline } from './check-deadline.js';
import { fileRequest, type FileRequest } from './file-request.js';
import { type ImportStep, type LivedTerms, takeStep } from './import-steps.js';
import { isPromise } from './promise.js';
import { mustBeFiled } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import { evolve, type FiledRequest, type ServiceRequest } from './service-request.state.js';

export interface ImportRequest {
  /** With the time of then, and where it came from. */
  readonly filing: FileRequest;
  /** In the order of their times, none before the filing. */
  readonly steps: readonly ImportStep[];
  /** Whether misses of the past are told and escalated as if a timer had found them. */
  readonly alerts: boolean;
  readonly now: Instant;
}

type Rest = Pick<ImportRequest, 'alerts' | 'now'>;

const refuse = (errors: readonly FieldError[]): never => {
  throw wrongFields(errors);
};

const assertPast = ({ filing, steps, now }: ImportRequest): void => {
  const times = [
    ['filedAt', filing.details.filedAt] as const,
    ...steps.map(({ at }, index) => [`timeline/${index}/at`, at] as const),
  ];
  const future = times.filter(([, at]) => at > now);
  if (future.length > 0)
    refuse(
      future.map(([field, at]) => ({
        pointer: `#/${field}`,
        code: 'future',
        detail: `${at} lies in the future: now it is ${now}. Only what has happened can be imported.`,
      })),
    );
};

/** What is recorded of a decision on the past: what it led to, and nobody is told, warned or suspected long after. */
const recorded =
  ({ alerts, now }: Rest) =>
  (event: ServiceRequestEvent): readonly ServiceRequestEvent[] => {
    if (isPromise(event)) {
      const { type, data } = event;
      return [{ type, data: { ...data, warnings: data.warnings.filter(({ at }) => at > now) } }];
    }
    if (event.type === 'DeadlineApproaching' || (event.type === 'Escalated' && !alerts)) return [];
    if (event.type === 'ResponseBreached' || event.type === 'ResolutionBreached')
      return [alerts ? event : { ...event, data: { ...event.data, cause: 'import' } }];
    // Who moved a deadline just before it was due is not known: it was not whoever imports.
    if (event.type === 'ClockPaused') return [{ ...event, data: { ...event.data, untilDueMs: null } }];
    if (event.type === 'LanguageChanged') return [{ ...event, data: { ...event.data, untilDueMs: null } }];
    if (event.type === 'SeverityAssigned' && event.data.from !== undefined)
      return [{ ...event, data: { ...event.data, untilDueMs: null } }];
    return [event];
  };

/** A life so far. */
class Life {
  readonly events: ServiceRequestEvent[] = [];

  constructor(
    private state: ServiceRequest,
    private readonly rest: Rest,
  ) {}

  get request(): FiledRequest {
    return mustBeFiled(this.state);
  }

  goOn(decided: readonly ServiceRequestEvent[]): void {
    const next = decided.flatMap(recorded(this.rest));
    this.state = next.reduce(evolve, this.state);
    this.events.push(...next);
  }

  /** Asks about each promise as a timer would have done by then. */
  ask(now: Instant): void {
    for (const obligation of this.request.obligations) this.goOn(checkDeadline({ obligation, now }, this.request));
  }
}

/** Whatever refuses a step, the step has to be mended: the ticket is not there yet. */
const takeStepOrRefuse = async (
  step: ImportStep,
  index: number,
  terms: LivedTerms,
  request: FiledRequest,
): Promise<readonly ServiceRequestEvent[]> => {
  try {
    return await takeStep(step, terms, request);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return refuse([{ pointer: `#/timeline/${index}`, code: error.code, detail: error.message }]);
  }
};

/**
 * The whole life of a ticket of another system in one append, by the decisions that would have been made: each at its
 * own time, and each promise asked about before it, so that what was missed then is a miss with its true due time.
 *
 * @throws DomainError `invalid` for what lies in the future, or the first step that cannot have been taken
 */
export const importRequest = async (
  input: ImportRequest,
  terms: LivedTerms,
  request: ServiceRequest,
): Promise<readonly ServiceRequestEvent[]> => {
  if (request.status !== 'notFiled') return [];
  assertPast(input);
  const { filing, steps, now } = input;
  const life = new Life(request, input);
  life.goOn(fileRequest(filing, request));
  for (const [index, step] of steps.entries()) {
    life.ask(step.at);
    life.goOn(await takeStepOrRefuse(step, index, terms, life.request));
  }
  life.ask(now);
  return life.events;
};
