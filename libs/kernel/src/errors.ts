const MOST_QUOTED = 40;

/** One wrong field of an input. `pointer` is a URI fragment JSON pointer, e.g. `#/contact/emailAddress`. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
  readonly code: string;
}

/** What is wrong with a field that was left out. @param must what holds of one that is sent, after its name: `must be …` */
export const requiredField = (pointer: string, name: string, must: string): FieldError => ({
  pointer,
  code: 'required',
  detail: `${name} is required and ${must}.`,
});

/** What went wrong from the caller's point of view; the HTTP edge maps it to a status. */
export type ErrorKind =
  'not-found' | 'forbidden' | 'conflict' | 'precondition-failed' | 'precondition-required' | 'invalid' | 'unavailable';

/** A refusal with a stable `code` (the last part of the problem type's URL) and a sentence that says what to do. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: { readonly errors?: readonly FieldError[]; readonly currentRevision?: bigint } = {},
  ) {
    super(message);
  }
}

/** Of what was sent, as much as tells it apart, in quotes. */
export const quoted = (sent: string): string =>
  `${JSON.stringify(sent.slice(0, MOST_QUOTED))}${sent.length > MOST_QUOTED ? '…' : ''}`;

/** Whoever repairs these will ask again. */
const MOST_TOLD = 1_000;

/** How much is wrong, in a sentence. */
export const summaryOf = (errors: readonly FieldError[]): string => {
  const fields = new Set(errors.map(({ pointer }) => pointer));
  const one = fields.has('#') ? 'The body is wrong.' : 'One field is wrong.';
  const wrong = fields.size === 1 ? one : `${fields.size} fields are wrong.`;
  return errors.length > MOST_TOLD ? `${wrong} The first ${MOST_TOLD} errors are listed.` : wrong;
};

/** The refusal of what was sent, with every error at once, of very many the first. */
export const wrongFields = (errors: readonly FieldError[]): DomainError =>
  new DomainError('invalid', 'validation', summaryOf(errors), { errors: errors.slice(0, MOST_TOLD) });

/** What was thrown, in words: it need not be an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Throws a refusal where an expression is wanted: `found ?? fail('not-found', …)`. */
export const fail = (...args: ConstructorParameters<typeof DomainError>): never => {
  throw new DomainError(...args);
};
