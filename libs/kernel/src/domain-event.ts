export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/**
 * A fact, named in the past tense. `type` is its wire name and lives for ever; `data` is JSON, so a `Date` or a
 * `Map` in an event does not compile.
 */
export interface DomainEvent<Type extends string = string, Data extends JsonObject = JsonObject> {
  readonly type: Type;
  readonly data: Data;
}
