import { applyDecorators } from '@nestjs/common';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import {
  AnnulBreachBody,
  ChangeLanguageBody,
  ChangeSeverityBody,
  EscalateBody,
  escalationOf,
  type FieldSchema,
  GiveResponseBody,
  Nested,
  Optional,
  PauseClockBody,
  ReasonBody,
  ResolveRequestBody,
  ResumeClockBody,
  type SchemaOf,
  type StepKind,
  stepKind,
  StepKinds,
  toOptionalInstant,
  unknownField,
} from '#bodies';
import type { FieldError } from '#kernel';
import { OBLIGATION_KINDS, type ObligationKind } from '#service-level';
import { FilingBody, filingOf } from './filing.body.js';
import type { Action, Step } from './scenario.js';

/** What a step may leave unsaid, since nothing follows from it. */
const UNSAID = 'what-if';

const Kind = (): PropertyDecorator => applyDecorators(Optional(), IsIn(OBLIGATION_KINDS));
const Cycle = (): PropertyDecorator => applyDecorators(IsInt(), Min(1), Max(999_999));

class AskBody {
  @Kind()
  kind?: ObligationKind;

  @Cycle()
  cycle: number = 1;
}

class AnnulStepBody extends AnnulBreachBody {
  @Kind()
  kind?: ObligationKind;

  @Cycle()
  cycle: number = 1;
}

class ReevaluateStepBody extends ReasonBody {
  @Kind()
  kind?: ObligationKind;

  @Cycle()
  cycle: number = 1;
}

class MergeStepBody {
  @Nested(FilingBody)
  duplicate!: FilingBody;
}

/** A step that says all by its name. */
const bare = (what: 'workersDown' | 'workersUp' | 'timersLost'): StepKind<Action> => ({
  schema: () => ({ type: 'object', additionalProperties: false }),
  errors: (fields, at) => Object.keys(fields).map((name) => unknownField(at, name)),
  act: () => ({ do: what }),
});

const KINDS = new StepKinds<Action>({
  changeSeverity: stepKind(ChangeSeverityBody, ({ impact, reason }) => ({ do: 'changeSeverity', impact, reason }), {
    reason: UNSAID,
  }),
  respond: stepKind(
    GiveResponseBody,
    ({ text, respondedAt }) => ({ do: 'respond', text, respondedAt: toOptionalInstant(respondedAt) }),
    { text: UNSAID },
  ),
  pause: stepKind(PauseClockBody, ({ reason, pausedAt }) => ({
    do: 'pause',
    reason,
    pausedAt: toOptionalInstant(pausedAt),
  })),
  resume: stepKind(ResumeClockBody, ({ reason, resumedAt }) => ({
    do: 'resume',
    reason,
    resumedAt: toOptionalInstant(resumedAt),
  })),
  changeLanguage: stepKind(ChangeLanguageBody, ({ preferredSupportLanguage, reason }) => ({
    do: 'changeLanguage',
    preferredSupportLanguage,
    reason,
  })),
  escalate: stepKind(EscalateBody, (fields) => ({ do: 'escalate', ...escalationOf(fields) }), { reason: UNSAID }),
  resolve: stepKind(ResolveRequestBody, ({ summary }) => ({ do: 'resolve', summary }), { summary: UNSAID }),
  close: stepKind(ReasonBody, ({ reason }) => ({ do: 'close', reason }), { reason: UNSAID }),
  reopen: stepKind(ReasonBody, ({ reason }) => ({ do: 'reopen', reason }), { reason: UNSAID }),
  annul: stepKind(
    AnnulStepBody,
    ({ kind, cycle, reason, evidence }) => ({ do: 'annul', kind, cycle, reason, evidence }),
    { evidence: UNSAID },
  ),
  reevaluate: stepKind(ReevaluateStepBody, ({ kind, cycle, reason }) => ({ do: 'reevaluate', kind, cycle, reason }), {
    reason: UNSAID,
  }),
  merge: stepKind(MergeStepBody, ({ duplicate }) => ({ do: 'merge', duplicate: filingOf(duplicate) })),
  ask: stepKind(AskBody, ({ kind, cycle }) => ({ do: 'ask', kind, cycle })),
  workersDown: bare('workersDown'),
  workersUp: bare('workersUp'),
  timersLost: bare('timersLost'),
} satisfies Record<Action['do'], StepKind<Action>>);

/** The schema of a step: one of each kind. */
export const stepSchemas = (of: SchemaOf): FieldSchema => KINDS.schema(of);

/** All that is wrong with a step; `at` is its place, e.g. `#/timeline/3`. */
export const stepErrors = (sent: unknown, at: string): readonly FieldError[] => KINDS.errors(sent, at);

/** @param sent what {@link stepErrors} finds nothing wrong with */
export const stepOf = (sent: object): Step => KINDS.step(sent);
