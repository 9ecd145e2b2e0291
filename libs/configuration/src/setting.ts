/** Why a text is no value of a setting: what it must be, and how to mend it. Never repeats a secret. */
export interface Refusal {
  readonly refusal: string;
}

/** One setting: how it is read, and all that a person must know of it. */
export interface Setting<Value = unknown> {
  /** The environment variable. */
  readonly name: string;
  /** What it decides, as a phrase. */
  readonly meaning: string;
  /** What it may be set to, as a phrase that follows "must be". */
  readonly takes: string;
  /** What holds where it is not set. */
  readonly unset: { readonly value: Value; readonly shown: string };
  /** It may carry a password: `<name>_FILE` is read too, and the value is never shown. */
  readonly secret: boolean;
  readonly read: (text: string) => Value | Refusal;
}

/** One setting; its type is what `read` gives. */
export const setting = <Value>({
  secret = false,
  ...rest
}: Omit<Setting<Value>, 'secret'> & { readonly secret?: boolean }): Setting<Value> => ({ ...rest, secret });

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refusal' in value;
