import type { DomainEvent, JsonObject } from '#kernel';

/** An event as it stands in the store: its wire name, the version of its shape, its data. */
export interface StoredEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

/** Lifts data from the shape it was written in to the next one. */
export type Upcaster = (data: JsonObject) => JsonObject;

/** The shapes of one wire name: one upcaster for each version but the newest. */
export type EventShapes<Event extends DomainEvent> = { readonly [Type in Event['type']]: readonly Upcaster[] };

/** A history that this program does not understand must stop the reader, never be skipped. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';

  constructor(type: string, schemaVersion: number) {
    super(
      `The event ${type} v${schemaVersion} is not known to this version of Ledgerdesk. Run the version that wrote it, or a newer one.`,
    );
  }
}

/** Between domain events and what the store keeps. Wire names and versions live for ever. */
export class EventCodec<Event extends DomainEvent> {
  readonly types: readonly Event['type'][];

  constructor(private readonly shapes: EventShapes<Event>) {
    this.types = Object.keys(shapes);
  }

  encode(event: Event): StoredEvent {
    return { type: event.type, schemaVersion: this.#upcasters(event.type, 0).length + 1, data: event.data };
  }

  /** @throws UnknownEventError for a wire name, or a version of it, that was never defined here */
  decode({ type, schemaVersion, data }: StoredEvent): Event {
    const upcasters = this.#upcasters(type, schemaVersion);
    if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > upcasters.length + 1)
      throw new UnknownEventError(type, schemaVersion);
    const current = upcasters.slice(schemaVersion - 1).reduce((old, upcast) => upcast(old), data);
    return { type, data: current } as unknown as Event; // the wire name decides the shape; old streams are replayed in the tests
  }

  #upcasters(type: string, schemaVersion: number): readonly Upcaster[] {
    if (!Object.hasOwn(this.shapes, type)) throw new UnknownEventError(type, schemaVersion);
    return this.shapes[type as Event['type']];
  }
}
