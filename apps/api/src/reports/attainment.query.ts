import { IsIn, IsString, MaxLength } from 'class-validator';
import { Converted, IsId, IsInstantText, IsZone, NothingTwice, Optional } from '#bodies';
import type { FieldError } from '#kernel';
import { durationToMs, type Impact, IMPACTS, OBLIGATION_KINDS, type ObligationKind } from '#service-level';
import { type Budgets, type Grouping, GROUPINGS, isPeriodUnit } from '#service-request';
import { ReadQuery } from '../http/page.query.js';

/** Given again and again, or once with commas between. */
const List = (): PropertyDecorator =>
  Converted((value) => [value].flat().flatMap((each) => (typeof each === 'string' ? each.split(',') : [each])));

const isImpact = (text: string): text is Impact => (IMPACTS as readonly string[]).includes(text);

/** `moderate:PT3H` */
const parseBudget = (text: string): readonly [Impact, number] | undefined => {
  const [impact = '', duration = '', ...rest] = text.split(':');
  const ms = durationToMs(duration);
  return isImpact(impact) && ms !== undefined && rest.length === 0 ? [impact, ms] : undefined;
};

const parseBudgets = (texts: readonly string[]) => texts.map(parseBudget);

export class AttainmentQuery extends ReadQuery {
  /** Of the due time. */
  @Optional()
  @IsInstantText()
  from?: string;

  @Optional()
  @IsInstantText()
  to?: string;

  @Optional()
  @IsInstantText()
  asOf?: string;

  @List()
  @IsIn(GROUPINGS, { each: true })
  @NothingTwice()
  groupBy: Grouping[] = [];

  @IsZone()
  timeZone = 'UTC';

  @Optional()
  @IsIn(OBLIGATION_KINDS)
  kind?: ObligationKind;

  @Optional()
  @IsId()
  policyId?: string;

  @Optional()
  @IsId()
  customerId?: string;

  @Optional()
  @IsIn(IMPACTS)
  severity?: Impact;

  @List()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  budget: string[] = [];

  alsoCheck(): readonly FieldError[] {
    const { from = '', to = '', groupBy, budget } = this;
    const budgets = parseBudgets(budget);
    const named = budgets.flatMap((known) => (known === undefined ? [] : [known[0]]));
    const rules: readonly (readonly [boolean, FieldError])[] = [
      [Date.parse(to) <= Date.parse(from), { pointer: '#/to', code: 'order', detail: 'to must be later than from.' }],
      [
        groupBy.filter(isPeriodUnit).length > 1,
        { pointer: '#/groupBy', code: 'one-period', detail: 'Group by one of month, week and day.' },
      ],
      [
        budgets.includes(undefined),
        {
          pointer: '#/budget',
          code: 'budget',
          detail: `budget must be one of ${IMPACTS.join(', ')} with a duration, for example moderate:PT3H.`,
        },
      ],
      [
        new Set(named).size < named.length,
        { pointer: '#/budget', code: 'array-unique', detail: 'Give one budget for each severity.' },
      ],
    ];
    return rules.flatMap(([isBroken, error]) => (isBroken ? [error] : []));
  }
}

/** @param query one that was found valid */
export const budgetsOf = ({ budget }: AttainmentQuery): Budgets =>
  Object.fromEntries(parseBudgets(budget).flatMap((known) => (known === undefined ? [] : [known])));
