import fc from 'fast-check';
import { v5 } from 'uuid';
import { type CommandId, commandIdOf, derivedUuid, eventIdOf, isUuid, newUuid, type TenantId } from './ids.js';

const NAMESPACE = '6f1a3c1e-9a0b-5d57-8a57-1f6f0c2f7d11';

describe('derived ids', () => {
  it('are UUID v5 of their parts, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        expect(derivedUuid(one, other)).toBe(v5(`${one}\u0000${other}`, NAMESPACE));
      }),
    );
  });

  it('of a command depend on tenant and key, and of an event on its command and place', () => {
    const command = commandIdOf('contoso' as TenantId, 'key-1');
    expect(command).toBe(v5('command\u0000contoso\u0000key-1', NAMESPACE));
    expect(eventIdOf(command, 2)).toBe(v5('2', command));
    expect(isUuid(eventIdOf(newUuid() as CommandId, 0))).toBe(true);
  });
});
