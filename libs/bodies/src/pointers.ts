import type { FieldError } from '#kernel';

/** The pointer to a field, whatever its name; `parent` is the pointer to what it belongs to, e.g. `#/calendars`. */
export const pointerTo = (parent: string, name: string): string =>
  `${parent}/${encodeURIComponent(name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))}`;

/** What is wrong with a field that nobody asked for. */
export const unknownField = (parent: string, name: string): FieldError => ({
  pointer: pointerTo(parent, name),
  code: 'unknown-field',
  detail: 'There is no such field.',
});
