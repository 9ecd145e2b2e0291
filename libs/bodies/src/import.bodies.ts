import { plainToInstance } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import type { FieldError } from '#kernel';
import type { ImportStep } from '#service-request';
import {
  INSTANT_FORM,
  IsId,
  IsInstantText,
  isInstantText,
  isRecord,
  Optional,
  OptionalText,
  Text,
  toInstant,
} from './fields.js';
import {
  AddNoteBody,
  ChangeLanguageBody,
  ChangeSeverityBody,
  FileRequestBody,
  ReasonBody,
  ResolveRequestBody,
} from './service-request.bodies.js';
import { errorsOf } from './validated.js';

/** Far more than a ticket lives through; what would still be too much for one append is refused as too large. */
const MOST_STEPS = 500;

/** What an old ticket may leave unsaid, since nothing follows from it. */
const UNSAID = 'Imported; the words are not known.';

/** Its `at` is when it was; no other time is claimed. */
class AnswerStepBody {
  @Text(20_000)
  text!: string;
}

class PauseStepBody {
  @Text(100)
  reason!: string;
}

class ResumeStepBody {
  @OptionalText(100)
  reason?: string;
}

type Action = ImportStep extends infer Step ? (Step extends ImportStep ? Omit<Step, 'at'> : never) : never;

interface StepKind {
  errors(fields: object, at: string): readonly FieldError[];
  act(fields: object): Action;
}

const kind = <Body extends object>(
  body: new () => Body,
  act: (fields: Body) => Action,
  unsaid: Partial<Body> = {},
): StepKind => ({
  errors: (fields, at) => errorsOf(body, { ...unsaid, ...fields }, at),
  act: (fields) => act(plainToInstance(body, { ...unsaid, ...fields })),
});

const KINDS = new Map<unknown, StepKind>(
  Object.entries({
    changeSeverity: kind(ChangeSeverityBody, ({ impact, reason }) => ({ do: 'changeSeverity', impact, reason }), {
      reason: UNSAID,
    }),
    respond: kind(AnswerStepBody, ({ text }) => ({ do: 'respond', text }), { text: UNSAID }),
    pause: kind(PauseStepBody, ({ reason }) => ({ do: 'pause', reason })),
    resume: kind(ResumeStepBody, ({ reason }) => ({ do: 'resume', reason })),
    changeLanguage: kind(ChangeLanguageBody, ({ preferredSupportLanguage, reason }) => ({
      do: 'changeLanguage',
      preferredSupportLanguage,
      reason,
    })),
    note: kind(AddNoteBody, ({ text, visibility }) => ({ do: 'note', text, visibility })),
    resolve: kind(ResolveRequestBody, ({ summary }) => ({ do: 'resolve', summary }), { summary: UNSAID }),
    close: kind(ReasonBody, ({ reason }) => ({ do: 'close', reason }), { reason: UNSAID }),
    reopen: kind(ReasonBody, ({ reason }) => ({ do: 'reopen', reason }), { reason: UNSAID }),
  } satisfies Record<ImportStep['do'], StepKind>),
);

const UNKNOWN_STEP = `do must be one of: ${[...KINDS.keys()].join(', ')}.`;

const stepErrors = (sent: unknown, at: string): readonly FieldError[] => {
  if (!isRecord(sent)) return [{ pointer: at, code: 'object', detail: 'A step is a JSON object.' }];
  const { at: when, do: what, ...fields } = sent;
  const errors = KINDS.get(what)?.errors(fields, at) ?? [{ pointer: `${at}/do`, code: 'is-in', detail: UNKNOWN_STEP }];
  if (isInstantText(when)) return errors;
  return [{ pointer: `${at}/at`, code: 'instant', detail: `at ${INSTANT_FORM}.` }, ...errors];
};

const stepOf = (sent: unknown): ImportStep => {
  const { at, do: what, ...fields } = sent as Readonly<Record<string, unknown>>; // a step, as checked
  const found = KINDS.get(what);
  if (found === undefined) throw new Error('This is no step.');
  return { at: toInstant(String(at)), ...found.act(fields) };
};

const timeOf = (step: unknown): string | undefined =>
  isRecord(step) && isInstantText(step['at']) ? toInstant(step['at']) : undefined;

/** Steps whose time lies before that of the filing or of a step before them. */
const disorder = (filedAt: unknown, timeline: readonly unknown[]): readonly FieldError[] => {
  const errors: FieldError[] = [];
  let latest = isInstantText(filedAt) ? toInstant(filedAt) : '';
  let what = 'the filing';
  for (const [index, step] of timeline.entries()) {
    const at = timeOf(step);
    if (at === undefined) continue;
    if (at < latest)
      errors.push({
        pointer: `#/timeline/${index}/at`,
        code: 'order',
        detail: `at lies before ${what} at ${latest}. Write the steps in the order of their times.`,
      });
    else [latest, what] = [at, `step ${index}`];
  }
  return errors;
};

/** A ticket of another system, with all that was done to it. */
export class ImportRequestBody extends FileRequestBody {
  /** The other system, as you name it: with `externalId` the key under which the ticket comes in once. */
  @IsId()
  system!: string;

  @Text(200)
  externalId!: string;

  @IsInstantText()
  filedAt!: string;

  @IsArray()
  @ArrayMaxSize(MOST_STEPS)
  timeline: unknown[] = [];

  /** Tell and escalate what was missed in the past. */
  @Optional()
  @IsBoolean()
  alerts: boolean = false;

  override alsoCheck(): readonly FieldError[] {
    // Decorated fields are checked beside this: what is no list, or too long, is told there.
    const timeline: readonly unknown[] = Array.isArray(this.timeline) ? this.timeline.slice(0, MOST_STEPS) : [];
    return [
      ...super.alsoCheck(),
      ...timeline.flatMap((step, index) => stepErrors(step, `#/timeline/${index}`)),
      ...disorder(this.filedAt, timeline),
    ];
  }
}

/** What was done, in order. */
export const stepsOf = ({ timeline }: ImportRequestBody): readonly ImportStep[] => timeline.map(stepOf);
