import { traceContextOf } from './trace-context.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a trace that a caller began', () => {
  it.each([
    [PARENT, true],
    [PARENT.replace(/^00/, 'cc'), true],
    [`${PARENT.replace(/^00/, 'cc')}-what-comes-later`, true],
    [`${PARENT}-more`, false],
    [PARENT.replace(/^00/, 'ff'), false],
    [PARENT.toUpperCase(), false],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', false],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', false],
    [`${PARENT},${PARENT}`, false],
    ['garbage', false],
    ['', false],
  ])('is named by %s: %p', (traceparent, valid) => {
    expect(traceContextOf({ traceparent })).toEqual(valid ? { traceparent } : {});
  });

  it.each([
    ['congo=t61rcWkgMzE,rojo=00f067aa0ba902b7', true],
    ['fw529a3039@dt=FfAAABVU, ', true],
    ['No=upper', false],
    ['=x', false],
    ['a', false],
    [Array.from({ length: 33 }, (_, index) => `k${index}=v`).join(), false],
    [`k=${'v'.repeat(600)}`, false],
  ])('brings its state %s: %p', (tracestate, valid) => {
    expect(traceContextOf({ traceparent: PARENT, tracestate })).toEqual({
      traceparent: PARENT,
      ...(valid ? { tracestate } : {}),
    });
  });

  it('has no state without a parent', () => {
    expect(traceContextOf({ tracestate: 'a=b' })).toEqual({});
  });
});
