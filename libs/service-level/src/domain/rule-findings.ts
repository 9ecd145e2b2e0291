import {
  type Impact,
  IMPACTS,
  INCIDENT_TYPES,
  ISSUE_CLASSES,
  type PolicyDefinition,
  type RuleCondition,
  sameLanguage,
} from './policy-definition.js';

/** What is allowed, but hardly meant. */
export type RuleFinding =
  | {
      readonly code: 'never-matches';
      /** The rule, as in `#/rules/3`. */
      readonly pointer: string;
      /** The earlier rules that leave nothing to it, by their place in the list. */
      readonly coveredBy: readonly number[];
      readonly detail: string;
    }
  | {
      readonly code: 'not-covered';
      readonly pointer: '#/rules';
      /** Requests like this are refused: no rule fits. */
      readonly when: RuleCondition;
      /** Where one of these would fit. */
      readonly except: { readonly [field in Field]?: readonly string[] };
      readonly detail: string;
    };

type Field = keyof RuleCondition;

/** A set of requests: what each field is, or is not. A field left out may be anything, or nothing. */
interface Box {
  readonly is: RuleCondition;
  readonly isNot: { readonly [field in Field]?: readonly string[] };
}

/** The fields whose values are all known; a request always has one of them. */
const CLOSED: { readonly [field in Field]?: readonly string[] } = {
  impact: IMPACTS,
  incidentType: INCIDENT_TYPES,
  issueClass: ISSUE_CLASSES,
};

/** A rule's conditions as a list, taken apart once. */
type Conditions = readonly (readonly [Field, string])[];

/**
 * Rules that differ in every field cut what they leave into more and more pieces. After this many cuts nothing more is
 * found: silence is allowed, a wrong finding or a wait is not.
 */
const MAX_CUTS = 3_000;

const same = (field: Field, a: string, b: string): boolean => (field === 'language' ? sameLanguage(a, b) : a === b);

const isEmpty = ({ isNot }: Box, field: Field): boolean =>
  CLOSED[field]?.every((value) => isNot[field]?.includes(value)) ?? false;

const meets = ({ is, isNot }: Box, rule: Conditions): boolean =>
  rule.every(([field, value]) => {
    const fixed = is[field];
    if (fixed !== undefined) return same(field, fixed, value);
    return !isNot[field]?.some((excluded) => same(field, excluded, value));
  });

/** Looks for requests that no rule fits. */
class Gaps {
  #cutsLeft = MAX_CUTS;

  /** A part of a box that no rule covers; undefined when they cover it all, `unknown` when that takes too long to tell. */
  in(box: Box, rules: readonly Conditions[]): Box | undefined | 'unknown' {
    const gap = this.#search(box, rules);
    return this.#cutsLeft < 0 ? 'unknown' : gap;
  }

  #search(box: Box, rules: readonly Conditions[]): Box | undefined {
    const index = rules.findIndex((rule) => meets(box, rule));
    const rule = rules[index];
    if (rule === undefined) return box;
    let inside = box;
    for (const [field, value] of rule) {
      if (inside.is[field] !== undefined) continue;
      if ((this.#cutsLeft -= 1) < 0) return box;
      const excluded = [...(inside.isNot[field] ?? []), value];
      const outside: Box = { is: inside.is, isNot: { ...inside.isNot, [field]: excluded } };
      const gap = isEmpty(outside, field) ? undefined : this.#search(outside, rules.slice(index + 1));
      if (gap !== undefined) return gap;
      inside = { is: { ...inside.is, [field]: value }, isNot: inside.isNot };
    }
    return undefined;
  }
}

const neverMatches = (whens: readonly RuleCondition[], rules: readonly Conditions[], gaps: Gaps): RuleFinding[] =>
  whens.flatMap((when, index): RuleFinding[] => {
    const [box, earlier] = [{ is: when, isNot: {} }, rules.slice(0, index)];
    if (gaps.in(box, earlier) !== undefined) return [];
    const alone = earlier.findIndex((rule) => gaps.in(box, [rule]) === undefined);
    const coveredBy = alone >= 0 ? [alone] : earlier.flatMap((rule, place) => (meets(box, rule) ? [place] : []));
    const before = alone >= 0 ? `rule ${alone} fits` : `the rules ${coveredBy.join(', ')} together fit`;
    const detail = `The rule can never match: ${before} whatever it would, and comes first.`;
    return [{ code: 'never-matches', pointer: `#/rules/${index}`, coveredBy, detail }];
  });

const notCovered = (impact: Impact, rules: readonly Conditions[], gaps: Gaps): RuleFinding[] =>
  INCIDENT_TYPES.flatMap((incidentType): RuleFinding[] => {
    const gap = gaps.in({ is: { impact, incidentType }, isNot: {} }, rules);
    if (gap === undefined || gap === 'unknown') return [];
    const others = Object.entries(gap.isNot).map(([field, values]) => `${field} other than ${values.join(', ')}`);
    const limits = others.length === 0 ? '' : ` with ${others.join(' and ')}`;
    const detail = `No rule fits a ${incidentType} request of ${impact} impact${limits}: filing it is refused.`;
    return [{ code: 'not-covered', pointer: '#/rules', when: gap.is, except: gap.isNot, detail }];
  });

/**
 * What a policy's author may have overlooked, and is allowed: rules that can never match because earlier ones fit
 * whatever they would, and impacts that no rule fits.
 */
export const ruleFindings = ({ rules }: PolicyDefinition): readonly RuleFinding[] => {
  const whens = rules.map(({ when }) => when);
  const conditions = whens.map((when) => Object.entries(when) as [Field, string][]); // its fields are the type's
  const gaps = new Gaps();
  return [
    ...neverMatches(whens, conditions, gaps),
    ...IMPACTS.flatMap((impact) => notCovered(impact, conditions, gaps)),
  ];
};
