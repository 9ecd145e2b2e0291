import { applyDecorators } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min, ValidateNested } from 'class-validator';
import {
  AnnulBreachBody,
  ChangeLanguageBody,
  ChangeSeverityBody,
  errorsOf,
  EscalateBody,
  escalationOf,
  type FieldSchema,
  GiveResponseBody,
  INSTANT_FORM,
  isInstantText,
  IsRecord,
  isRecord,
  Optional,
  PauseClockBody,
  ReasonBody,
  ResolveRequestBody,
  ResumeClockBody,
  type SchemaOf,
  toInstant,
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
  @IsRecord()
  @ValidateNested()
  @Type(() => FilingBody)
  duplicate!: FilingBody;
}

/** A step takes the fields of the command that it stands for. */
interface StepKind {
  schema(of: SchemaOf): FieldSchema;
  errors(fields: object, at: string): readonly FieldError[];
  act(fields: object): Action;
}

const withoutRequired = ({ required, ...schema }: FieldSchema, names: readonly string[]): FieldSchema => ({
  ...schema,
  required: Array.isArray(required) ? required.filter((name: string) => !names.includes(name)) : [],
});

const kind = <Body extends object>(
  body: new () => Body,
  act: (fields: Body) => Action,
  unsaid: Partial<Body> = {},
): StepKind => ({
  schema: (of) => withoutRequired(of.inline(body), Object.keys(unsaid)),
  errors: (fields, at) => errorsOf(body, { ...unsaid, ...fields }, at),
  act: (fields) => act(plainToInstance(body, { ...unsaid, ...fields })),
});

/** A step that says all by its name. */
const bare = (what: 'workersDown' | 'workersUp' | 'timersLost'): StepKind => ({
  schema: () => ({ type: 'object', additionalProperties: false }),
  errors: (fields, at) => Object.keys(fields).map((name) => unknownField(at, name)),
  act: () => ({ do: what }),
});

const KINDS = new Map<unknown, StepKind>(
  Object.entries({
    changeSeverity: kind(ChangeSeverityBody, ({ impact, reason }) => ({ do: 'changeSeverity', impact, reason }), {
      reason: UNSAID,
    }),
    respond: kind(
      GiveResponseBody,
      ({ text, respondedAt }) => ({ do: 'respond', text, respondedAt: toOptionalInstant(respondedAt) }),
      { text: UNSAID },
    ),
    pause: kind(PauseClockBody, ({ reason, pausedAt }) => ({
      do: 'pause',
      reason,
      pausedAt: toOptionalInstant(pausedAt),
    })),
    resume: kind(ResumeClockBody, ({ reason, resumedAt }) => ({
      do: 'resume',
      reason,
      resumedAt: toOptionalInstant(resumedAt),
    })),
    changeLanguage: kind(ChangeLanguageBody, ({ preferredSupportLanguage, reason }) => ({
      do: 'changeLanguage',
      preferredSupportLanguage,
      reason,
    })),
    escalate: kind(EscalateBody, (fields) => ({ do: 'escalate', ...escalationOf(fields) }), { reason: UNSAID }),
    resolve: kind(ResolveRequestBody, ({ summary }) => ({ do: 'resolve', summary }), { summary: UNSAID }),
    close: kind(ReasonBody, ({ reason }) => ({ do: 'close', reason }), { reason: UNSAID }),
    reopen: kind(ReasonBody, ({ reason }) => ({ do: 'reopen', reason }), { reason: UNSAID }),
    annul: kind(
      AnnulStepBody,
      ({ kind, cycle, reason, evidence }) => ({ do: 'annul', kind, cycle, reason, evidence }),
      { evidence: UNSAID },
    ),
    reevaluate: kind(ReevaluateStepBody, ({ kind, cycle, reason }) => ({ do: 'reevaluate', kind, cycle, reason }), {
      reason: UNSAID,
    }),
    merge: kind(MergeStepBody, ({ duplicate }) => ({ do: 'merge', duplicate: filingOf(duplicate) })),
    ask: kind(AskBody, ({ kind, cycle }) => ({ do: 'ask', kind, cycle })),
    workersDown: bare('workersDown'),
    workersUp: bare('workersUp'),
    timersLost: bare('timersLost'),
  } satisfies Record<Action['do'], StepKind>),
);

const stepSchema = (name: unknown, { properties = {}, required = [], ...rest }: FieldSchema): FieldSchema => ({
  ...rest,
  title: name,
  properties: {
    at: { type: 'string', format: 'date-time' },
    do: { type: 'string', enum: [name] },
    ...(properties as object),
  },
  required: ['at', 'do', ...(required as readonly string[])],
});

/** The schema of a step: one of each kind. */
export const stepSchemas = (of: SchemaOf): FieldSchema => ({
  oneOf: [...KINDS].map(([name, kind]) => stepSchema(name, kind.schema(of))),
});

const UNKNOWN_STEP = `do must be one of: ${[...KINDS.keys()].join(', ')}.`;

/** All that is wrong with a step; `at` is its place, e.g. `#/timeline/3`. */
export const stepErrors = (sent: unknown, at: string): readonly FieldError[] => {
  if (!isRecord(sent)) return [{ pointer: at, code: 'object', detail: 'A step is a JSON object.' }];
  const { at: when, do: what, ...fields } = sent;
  const found = KINDS.get(what);
  const errors = found?.errors(fields, at) ?? [{ pointer: `${at}/do`, code: 'is-in', detail: UNKNOWN_STEP }];
  if (isInstantText(when)) return errors;
  return [{ pointer: `${at}/at`, code: 'instant', detail: `at ${INSTANT_FORM}.` }, ...errors];
};

/** @param sent what {@link stepErrors} finds nothing wrong with */
export const stepOf = (sent: object): Step => {
  const { at, do: what, ...fields } = sent as Readonly<Record<string, unknown>>; // a step, as checked
  const found = KINDS.get(what);
  if (found === undefined) throw new Error('This is no step.');
  return { at: toInstant(String(at)), ...found.act(fields) };
};
