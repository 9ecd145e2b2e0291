import { ArrayMaxSize, IsArray } from 'class-validator';
import {
  CalendarBody,
  calendarOf,
  Described,
  errorsOf,
  IsId,
  isId,
  IsInstantText,
  IsRecord,
  isRecord,
  Nested,
  Optional,
  OwnNames,
  PolicyBody,
  PolicyIds,
  pointerTo,
  policyOf,
  toInstant,
  validated,
} from '#bodies';
import type { FieldError } from '#kernel';
import { BUILT_IN_CALENDARS, type CalendarDefinition } from '#service-level';
import { FilingBody, filingOf } from './filing.body.js';
import type { Scenario } from './scenario.js';
import { stepErrors, stepOf, stepSchemas } from './step.body.js';

/** The name and id of what came with the scenario. */
const INLINE = 'inline';
const MAX_STEPS = 1_000;
const MAX_CALENDARS = 20;
/** Each files a request more, which every sweep looks at. */
const MAX_MERGES = 20;

class InlinePolicyBody extends PolicyBody {
  override displayName = INLINE;
}

class InlineCalendarBody extends CalendarBody {
  override displayName = INLINE;
}

const calendarErrors = (id: string, sent: unknown): readonly FieldError[] => {
  const at = pointerTo('#/calendars', id);
  if (!isId(id)) return [{ pointer: at, code: 'id', detail: 'A calendar is named as in its address.' }];
  if (BUILT_IN_CALENDARS.has(id))
    return [{ pointer: at, code: 'built-in', detail: `The calendar ${id} is built in. Use another id.` }];
  return errorsOf(InlineCalendarBody, sent, at);
};

/** A scenario: a filing, what happens then, and until when to look. */
export class WhatIfBody {
  /** Tried without being published. */
  @Optional()
  @Nested(InlinePolicyBody)
  policy?: InlinePolicyBody;

  @Optional()
  @IsId()
  policyId?: string;

  @PolicyIds()
  policyIds?: string[];

  /** Tried without being published, by their ids. */
  @IsRecord()
  @Described((of) => ({ additionalProperties: of.ref(InlineCalendarBody), maxProperties: MAX_CALENDARS }))
  @OwnNames()
  calendars: Record<string, object> = {};

  @Nested(FilingBody)
  filing!: FilingBody;

  /** Steps at one instant run in the order given; a timer due at that instant runs after them. */
  @IsArray()
  @ArrayMaxSize(MAX_STEPS)
  @Described((of) => ({ items: stepSchemas(of) }))
  timeline: object[] = [];

  @IsInstantText()
  until!: string;

  alsoCheck(): readonly FieldError[] {
    return [...this.#policyErrors(), ...this.#calendarErrors(), ...this.#timelineErrors()];
  }

  #policyErrors(): readonly FieldError[] {
    const named = (['policy', 'policyId', 'policyIds'] as const).filter((field) => this[field] !== undefined);
    const detail = 'Send one of policy, policyId and policyIds, or none for the programme’s.';
    return named.slice(1).map((field) => ({ pointer: `#/${field}`, code: 'one-of', detail }));
  }

  #calendarErrors(): readonly FieldError[] {
    if (!isRecord(this.calendars)) return [];
    const named = Object.entries(this.calendars);
    if (named.length <= MAX_CALENDARS) return named.flatMap(([id, sent]) => calendarErrors(id, sent));
    return [{ pointer: '#/calendars', code: 'too-many', detail: `A scenario has at most ${MAX_CALENDARS} calendars.` }];
  }

  #timelineErrors(): readonly FieldError[] {
    const { timeline } = this;
    if (!Array.isArray(timeline) || timeline.length > MAX_STEPS) return [];
    const errors = timeline.flatMap((step: unknown, index) => stepErrors(step, `#/timeline/${index}`));
    const merges = timeline.filter((step: unknown) => isRecord(step) && step['do'] === 'merge').length;
    if (merges <= MAX_MERGES) return errors;
    const detail = `A scenario has at most ${MAX_MERGES} merges.`;
    return [...errors, { pointer: '#/timeline', code: 'too-many', detail }];
  }
}

const inlineCalendars = (sent: WhatIfBody['calendars']): ReadonlyMap<string, CalendarDefinition> =>
  new Map(Object.entries(sent).map(([id, one]) => [id, calendarOf(validated(InlineCalendarBody, one)).definition]));

/** A scenario ready to run. @param body one that was found valid */
export const scenarioOf = (body: WhatIfBody): Scenario => {
  const { policy, policyId, policyIds, calendars, filing, timeline, until } = body;
  return {
    policies: new Map(policy === undefined ? [] : [[INLINE, policyOf(policy).definition]]),
    calendars: inlineCalendars(calendars),
    policyIds: policyIds ?? [policy === undefined ? (policyId ?? 'program') : INLINE],
    filing: filingOf(filing),
    timeline: timeline.map(stepOf),
    until: toInstant(until),
  };
};

/** What was sent as a scenario. @throws DomainError `invalid` with every error at once */
export const sentScenario = (sent: unknown): Scenario => scenarioOf(validated(WhatIfBody, sent));
