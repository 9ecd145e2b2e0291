import fc from 'fast-check';
import { instantFromMs, instantToMs } from '#kernel';
import { IMPACTS } from '#service-level';
import {
  answered,
  at,
  breached,
  closed,
  filed,
  filedDetails,
  programTerms,
  promised,
  propertyRuns,
  specify,
} from '#testing';
import { changeSeverity } from './change-severity.js';
import { dueBy } from './deadline.js';
import { evolve, notFiled } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });

describe('the state of a request', () => {
  it('refuses a history that does not begin with the filing, or files twice', () => {
    expect(() => given(closed(at('01:00'))).state).toThrow('RequestClosed does not fit');
    expect(() => given(...filed('critical'), ...filed('critical')).state).toThrow('RequestFiled does not fit');
  });

  it('is plain JSON, so that a read model can keep it as it is', () => {
    const { state } = given(
      ...filed('critical'),
      breached(at('02:00'), at('02:30'), 'critical'),
      answered(at('03:00')),
      closed(at('04:00')),
    );
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('keeps a breach through a later deadline of the same promise (R9)', () => {
    const { state } = given(
      ...filed('critical'),
      breached(at('02:00'), at('02:30'), 'critical'),
      promised({ revision: 2, dueAt: at('08:00'), severity: 'minimal' }),
    );
    expect(state).toMatchObject({ obligations: [{ state: 'breached', revision: 2, breach: { dueAt: at('02:00') } }] });
  });

  it('has one deadline by filing and severity, whatever the changes between, in whatever order (R8)', () => {
    const changes = fc.array(fc.constantFrom(...IMPACTS), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...IMPACTS), changes, fc.constantFrom(...IMPACTS), (first, between, last) => {
        const steps = [...between, last].map((impact, index) => ({
          impact,
          now: instantFromMs(instantToMs(at('00:00')) + index),
        }));
        const { state } = steps.reduce(
          (story, { impact, now }) =>
            story.after((request) =>
              changeSeverity({ impact, reason: 'Known better', now }, () => programTerms(impact), request),
            ),
          given(...filed(first)),
        );
        const expirationTime = dueBy({ startTime: filedDetails.filedAt, pauses: [], terms: programTerms(last) });
        expect(state).toMatchObject({ obligations: [{ severity: last, serviceLevelAgreement: { expirationTime } }] });
      }),
      propertyRuns(),
    );
  });
});
