import { AggregateStore, EventCodec } from '#aggregates';
import { MemoryEventStore, MemoryLog } from '#event-store';
import { commandIdOf, type CommandMeta, DomainError, type DomainEvent, ManualClock, type TenantId } from '#kernel';
import { at, commandMeta } from '#testing';

type Added = DomainEvent<'Added', { amount: number }>;
export type Total = { readonly total: number };

export const tenantId = 'contoso' as TenantId;
export const ID = 'till-1';
export const STREAM = 'till-contoso.till-1';

/** A process of its own, as far as memory goes. */
export const open = (log: MemoryLog, events = new MemoryEventStore(log), clock = new ManualClock(at('00:00'))) =>
  new AggregateStore<Total, Added>(
    {
      category: 'till',
      initial: { total: 0 },
      evolve: ({ total }, { data }) => ({ total: total + data.amount }),
      codec: new EventCodec<Added>({ Added: [] }),
    },
    events,
    clock,
  );

export const fixture = () => {
  const log = new MemoryLog();
  return { log, events: new MemoryEventStore(log), here: open(log), there: open(log) };
};

export const keyed = (key: string, fingerprint: string): CommandMeta =>
  commandMeta({ commandId: commandIdOf(tenantId, key), fingerprint });

export const added = (amount: number): Added => ({ type: 'Added', data: { amount } });

export const add = (amount: number) => (): readonly Added[] => [added(amount)];

/** Depends on what it sees: fills the till up to a total, and refuses one that is fuller. */
export const fillTo =
  (wanted: number) =>
  ({ total }: Total): readonly Added[] => {
    if (total > wanted) throw new DomainError('conflict', 'too-full', 'The till is fuller than that.');
    return total === wanted ? [] : [added(wanted - total)];
  };
