import { BUILT_IN_CALENDARS, BUILT_IN_POLICIES } from './built-in.js';
import { durationToMs } from './duration.js';
import { firstFit, type PolicyDefinition, type PolicyRule, type RequestFacts } from './policy-definition.js';

const policy = (...rules: readonly PolicyRule[]): PolicyDefinition => ({
  displayName: 'Ours',
  obligation: 'partnerFirstResponse',
  severityChange: 'retroactive',
  warnings: [],
  pausesOn: [],
  rules,
  escalation: [],
});
const rule = (when: PolicyRule['when'], budget: string): PolicyRule => ({ when, budget, calendarId: 'always' });
const facts: RequestFacts = {
  impact: 'critical',
  incidentType: 'breakFix',
  language: 'en',
  issueClass: 'technical',
  customerId: 'fabrikam',
};

describe('which rule of a policy fits', () => {
  it('is the first whose every condition holds', () => {
    const rules = policy(
      rule({ impact: 'critical', issueClass: 'billing' }, 'PT1H'),
      rule({ impact: 'critical' }, 'PT2H'),
      rule({}, 'PT3H'),
    );
    expect(firstFit(rules, facts)?.budget).toBe('PT2H');
    expect(firstFit(rules, { ...facts, issueClass: 'billing' })?.budget).toBe('PT1H');
    expect(firstFit(rules, { ...facts, impact: 'minimal' })?.budget).toBe('PT3H');
  });

  it('is none when no condition holds', () => {
    expect(firstFit(policy(rule({ impact: 'minimal' }, 'PT1H')), facts)).toBeUndefined();
    expect(firstFit(policy(), facts)).toBeUndefined();
  });

  it.each([
    ['en', 'en-GB', true],
    ['en-US', 'en-GB', true],
    ['KO', 'ko-kr', true],
    ['en', 'eng', false],
    ['en', 'ko', false],
  ])('compares %s with %s by the primary part: %p', (language, wanted, fits) => {
    expect(firstFit(policy(rule({ language: wanted }, 'PT1H')), { ...facts, language }) !== undefined).toBe(fits);
  });

  it('asks for a product only where the rule names one', () => {
    const exchange = policy(rule({ product: 'exchange-online' }, 'PT1H'));
    expect(firstFit(exchange, { ...facts, product: 'exchange-online' })).toBeDefined();
    expect(firstFit(exchange, { ...facts, product: undefined })).toBeUndefined();
  });

  it('knows single customers', () => {
    expect(firstFit(policy(rule({ customerId: 'fabrikam' }, 'PT1H')), facts)).toBeDefined();
    expect(firstFit(policy(rule({ customerId: 'adatum' }, 'PT1H')), facts)).toBeUndefined();
  });
});

describe('the built-in programme', () => {
  const fit = (changes: Partial<RequestFacts>) => {
    const program = BUILT_IN_POLICIES.get('program');
    return program && firstFit(program, { ...facts, ...changes });
  };

  it.each([
    ['critical', 'PT2H'],
    ['moderate', 'PT4H'],
    ['minimal', 'PT8H'],
  ] as const)(
    'answers a break-fix in English of %s impact within %s around the clock (REQ-56..59)',
    (impact, budget) => {
      expect(fit({ impact })).toMatchObject({ budget, calendarId: 'always' });
    },
  );

  it.each([
    ['ko', 'business-hours-ko'],
    ['ko-KR', 'business-hours-ko'],
    ['de', 'business-hours'],
  ])('answers in %s within the same time of %s (REQ-60)', (language, calendarId) => {
    expect(fit({ language })).toMatchObject({ budget: 'PT2H', calendarId });
  });

  it('answers what is not break-fix within a business day, whatever its impact and language (REQ-61)', () => {
    expect(fit({ incidentType: 'nonBreakFix' })).toMatchObject({ budget: 'PT9H', calendarId: 'business-hours' });
    expect(fit({ incidentType: 'nonBreakFix', language: 'ko' })).toMatchObject({ calendarId: 'business-hours-ko' });
  });

  it('names no calendar that is not built in, and no budget that cannot be read', () => {
    const rules = [...BUILT_IN_POLICIES.values()].flatMap((definition) => definition.rules);
    expect(rules.filter(({ calendarId }) => !BUILT_IN_CALENDARS.has(calendarId))).toEqual([]);
    expect(rules.filter(({ budget }) => durationToMs(budget) === undefined)).toEqual([]);
  });
});
