import { newUuid, type RequestId } from '#kernel';
import { at, requestId } from '#testing';
import { numberOf } from './request-number.js';

describe('the number of a request', () => {
  it('tells its day of filing, in UTC', () => {
    expect(numberOf(requestId, at('23:59:59.999'))).toMatch(/^SR-260713-/);
    expect(numberOf(requestId, at('2026-07-14T00:00'))).toMatch(/^SR-260714-/);
  });

  it('is the same for the same request, for ever', () => {
    expect(numberOf('6f1a3c1e-9a0b-5d57-8a57-1f6f0c2f7d11' as RequestId, at('00:00'))).toBe('SR-260713-DW62YZ8H');
  });

  it('has eight digits, whatever the id ends with', () => {
    expect(numberOf('00000000-0000-7000-8000-000000000000' as RequestId, at('00:00'))).toBe('SR-260713-00000000');
    expect(numberOf('ffffffff-ffff-7fff-8fff-ffffffffffff' as RequestId, at('00:00'))).toBe('SR-260713-ZZZZZZZZ');
  });

  it('tells apart what was filed in the same millisecond under ids in time order', () => {
    const numbers = Array.from({ length: 1_000 }, () => numberOf(newUuid() as RequestId, at('00:00')));
    expect(new Set(numbers).size).toBe(1_000);
  });

  it('never has a letter that reads like a digit', () => {
    expect(numberOf('00000000-0000-7000-8000-001248888888' as RequestId, at('00:00')).slice(10)).not.toMatch(/[ILOU]/);
  });
});
