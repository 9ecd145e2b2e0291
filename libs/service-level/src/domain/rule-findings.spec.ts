import { BUILT_IN_POLICIES } from './built-in.js';
import { firstFit, IMPACTS, INCIDENT_TYPES, type PolicyDefinition, type RuleCondition } from './policy-definition.js';
import { ruleFindings } from './rule-findings.js';

const policy = (...whens: readonly RuleCondition[]): PolicyDefinition => ({
  displayName: 'Ours',
  obligation: 'partnerFirstResponse',
  severityChange: 'retroactive',
  warnings: [],
  pausesOn: [],
  rules: whens.map((when) => ({ when, budget: 'PT1H', calendarId: 'always' })),
  escalation: [],
});

const neverMatching = (...whens: readonly RuleCondition[]) =>
  ruleFindings(policy(...whens)).flatMap((finding) =>
    finding.code === 'never-matches' ? [[finding.pointer, finding.coveredBy]] : [],
  );

const gaps = (...whens: readonly RuleCondition[]) =>
  ruleFindings(policy(...whens)).flatMap((finding) =>
    finding.code === 'not-covered' ? [{ when: finding.when, except: finding.except }] : [],
  );

const eachImpact = IMPACTS.map((impact) => ({ impact }));

describe('a rule that can never match', () => {
  it('comes after one that fits everything', () => {
    expect(neverMatching({}, { impact: 'critical' })).toEqual([['#/rules/1', [0]]]);
  });

  it('is a repetition, also in another spelling of the language', () => {
    expect(neverMatching({ language: 'en' }, { language: 'en-GB', impact: 'minimal' }, {})).toEqual([
      ['#/rules/1', [0]],
    ]);
  });

  it('is covered by earlier rules together', () => {
    expect(neverMatching(...eachImpact, {})).toEqual([['#/rules/3', [0, 1, 2]]]);
    expect(
      neverMatching(
        { impact: 'critical', incidentType: 'breakFix' },
        { impact: 'critical', incidentType: 'nonBreakFix' },
        { impact: 'minimal' },
        { impact: 'critical', product: 'mail' },
      ),
    ).toEqual([['#/rules/3', [0, 1]]]);
  });

  it.each<[string, readonly RuleCondition[]]>([
    ['one impact is left', [...eachImpact.slice(1), {}]],
    ['a narrower one comes first', [{ impact: 'critical', language: 'en' }, { impact: 'critical' }, {}]],
    ['languages have no end', [{ language: 'en' }, { language: 'ko' }, {}]],
    ['a request may have no product', [{ product: 'mail' }, {}]],
    ['another customer is meant', [{ customerId: 'contoso' }, { customerId: 'fabrikam' }, {}]],
  ])('is not one of which %s', (_, whens) => {
    expect(neverMatching(...whens)).toEqual([]);
  });
});

describe('a request that no rule fits', () => {
  it('is none when the last rule fits everything', () => {
    expect(gaps({ impact: 'critical', customerId: 'contoso' }, {})).toEqual([]);
    expect(gaps(...eachImpact)).toEqual([]);
  });

  it('is named by impact and incident type', () => {
    expect(
      gaps({ impact: 'critical' }, { impact: 'moderate' }, { impact: 'minimal', incidentType: 'breakFix' }),
    ).toEqual([{ when: { impact: 'minimal', incidentType: 'nonBreakFix' }, except: {} }]);
  });

  it('is told with what would fit', () => {
    const found = gaps({ language: 'en' }, { language: 'ko', issueClass: 'technical' });
    expect(found).toHaveLength(IMPACTS.length * INCIDENT_TYPES.length);
    expect(found[0]?.except).toMatchObject({ language: ['en', 'ko'] });
  });

  it('is truly one: filing it would be refused', () => {
    const rules = policy({ impact: 'critical', language: 'en' }, { impact: 'moderate' }, { issueClass: 'billing' });
    for (const finding of ruleFindings(rules)) {
      if (finding.code !== 'not-covered') continue;
      const { impact = 'critical', incidentType = 'breakFix', issueClass, language } = finding.when;
      const allowed = ['technical', 'billing'].filter((value) => !finding.except.issueClass?.includes(value));
      const facts = { impact, incidentType, language: language ?? 'xx', customerId: 'any' };
      expect(firstFit(rules, { ...facts, issueClass: issueClass ?? allowed[0] ?? '' })).toBeUndefined();
    }
    expect(
      gaps({ impact: 'critical', language: 'en' }, { impact: 'moderate' }, { issueClass: 'billing' }),
    ).toHaveLength(4);
  });
});

describe('findings', () => {
  it('of the built-in programme are none', () => {
    expect([...BUILT_IN_POLICIES.values()].flatMap(ruleFindings)).toEqual([]);
  });

  it('come in time, or not at all, when rules differ in every field', () => {
    const whens = Array.from({ length: 200 }, (_, index) => ({
      language: `${String.fromCharCode(97 + (index % 26))}a`,
      product: `p${index % 13}`,
      customerId: `c${index % 17}`,
      issueClass: 'technical' as const,
    }));
    expect(ruleFindings(policy(...whens, {}))).toBeDefined();
  });
});
