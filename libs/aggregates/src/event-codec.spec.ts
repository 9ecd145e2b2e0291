import type { DomainEvent } from '#kernel';
import { EventCodec, UnknownEventError } from './event-codec.js';

type Counted = DomainEvent<'Counted', { by: number; unit: string }>;
type Reset = DomainEvent<'Reset', { reason: string }>;

const codec = new EventCodec<Counted | Reset>({
  // v1 { amount }, v2 { by }, v3 { by, unit }
  Counted: [({ amount }) => ({ by: amount ?? 0 }), (data) => ({ ...data, unit: 'piece' })],
  Reset: [],
});

describe('event codec', () => {
  it('writes the newest shape', () => {
    expect(codec.encode({ type: 'Counted', data: { by: 1, unit: 'box' } })).toEqual({
      type: 'Counted',
      schemaVersion: 3,
      data: { by: 1, unit: 'box' },
    });
    expect(codec.encode({ type: 'Reset', data: { reason: 'new year' } })).toMatchObject({ schemaVersion: 1 });
  });

  it('reads back what it wrote', () => {
    const event = { type: 'Counted', data: { by: 1, unit: 'box' } } as const;
    expect(codec.decode(codec.encode(event))).toEqual(event);
  });

  it('lifts an old shape through every version after it, in order', () => {
    expect(codec.decode({ type: 'Counted', schemaVersion: 1, data: { amount: 4 } })).toEqual({
      type: 'Counted',
      data: { by: 4, unit: 'piece' },
    });
    expect(codec.decode({ type: 'Counted', schemaVersion: 2, data: { by: 4 } })).toEqual({
      type: 'Counted',
      data: { by: 4, unit: 'piece' },
    });
  });

  it('stops at a wire name that it does not know, in either direction', () => {
    const unknown = { type: 'Recounted', schemaVersion: 1, data: {} };
    expect(() => codec.decode(unknown)).toThrow(UnknownEventError);
    expect(() => codec.decode(unknown)).toThrow('Recounted v1');
    expect(() => codec.encode({ type: 'Recounted', data: {} } as never)).toThrow(UnknownEventError);
  });

  it('takes no inherited property for a wire name', () => {
    expect(() => codec.decode({ type: 'constructor', schemaVersion: 1, data: {} })).toThrow(UnknownEventError);
    expect(() => codec.decode({ type: '__proto__', schemaVersion: 1, data: {} })).toThrow(UnknownEventError);
  });

  it('stops at a version newer than it knows, and says so', () => {
    expect(() => codec.decode({ type: 'Counted', schemaVersion: 4, data: {} })).toThrow('Counted v4 is not known');
    expect(() => codec.decode({ type: 'Reset', schemaVersion: 2, data: {} })).toThrow(UnknownEventError);
  });

  it.each([0, -1, 1.5])('stops at version %p, which nobody ever wrote', (schemaVersion) => {
    expect(() => codec.decode({ type: 'Counted', schemaVersion, data: {} })).toThrow(UnknownEventError);
  });

  it('names every wire name', () => {
    expect(codec.types).toEqual(['Counted', 'Reset']);
  });
});
