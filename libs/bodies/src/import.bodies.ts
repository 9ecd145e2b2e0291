import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import type { FieldError } from '#kernel';
import type { ImportStep } from '#service-request';
import { Described } from './described.js';
import { IsId, IsInstantText, isInstantText, isRecord, Optional, OptionalText, Text, toInstant } from './fields.js';
import {
  AddNoteBody,
  ChangeLanguageBody,
  ChangeSeverityBody,
  FileRequestBody,
  ReasonBody,
  ResolveRequestBody,
} from './service-request.bodies.js';
import { type StepKind, stepKind, StepKinds } from './step-kinds.js';

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

const KINDS = new StepKinds<Action>({
  changeSeverity: stepKind(ChangeSeverityBody, ({ impact, reason }) => ({ do: 'changeSeverity', impact, reason }), {
    reason: UNSAID,
  }),
  respond: stepKind(AnswerStepBody, ({ text }) => ({ do: 'respond', text }), { text: UNSAID }),
  pause: stepKind(PauseStepBody, ({ reason }) => ({ do: 'pause', reason })),
  resume: stepKind(ResumeStepBody, ({ reason }) => ({ do: 'resume', reason })),
  changeLanguage: stepKind(ChangeLanguageBody, ({ preferredSupportLanguage, reason }) => ({
    do: 'changeLanguage',
    preferredSupportLanguage,
    reason,
  })),
  note: stepKind(AddNoteBody, ({ text, visibility }) => ({ do: 'note', text, visibility })),
  resolve: stepKind(ResolveRequestBody, ({ summary }) => ({ do: 'resolve', summary }), { summary: UNSAID }),
  close: stepKind(ReasonBody, ({ reason }) => ({ do: 'close', reason }), { reason: UNSAID }),
  reopen: stepKind(ReasonBody, ({ reason }) => ({ do: 'reopen', reason }), { reason: UNSAID }),
} satisfies Record<ImportStep['do'], StepKind<Action>>);

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
  @Described((of) => ({ items: KINDS.schema(of) }))
  timeline: object[] = [];

  /** Tell and escalate what was missed in the past. */
  @Optional()
  @IsBoolean()
  alerts: boolean = false;

  override alsoCheck(): readonly FieldError[] {
    // Decorated fields are checked beside this: what is no list, or too long, is told there.
    const timeline: readonly unknown[] = Array.isArray(this.timeline) ? this.timeline.slice(0, MOST_STEPS) : [];
    return [
      ...super.alsoCheck(),
      ...timeline.flatMap((step, index) => KINDS.errors(step, `#/timeline/${index}`)),
      ...disorder(this.filedAt, timeline),
    ];
  }
}

/** What was done, in order. */
export const stepsOf = ({ timeline }: ImportRequestBody): readonly ImportStep[] =>
  timeline.map((step) => KINDS.step(step));
