import { type FieldError, nearest } from '#kernel';

/** The pointer to a field, whatever its name; `parent` is the pointer to what it belongs to, e.g. `#/calendars`. */
export const pointerTo = (parent: string, name: string): string =>
  `${parent}/${encodeURIComponent(name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))}`;

/**
 * What is wrong with a field that nobody asked for.
 * @param known the names of which one may have been meant; to look for it takes time, so none where very many are wrong
 */
export const unknownField = (parent: string, name: string, known: Iterable<string> = []): FieldError => {
  const meant = nearest(name, known);
  return {
    pointer: pointerTo(parent, name),
    code: 'unknown-field',
    detail: meant === undefined ? 'There is no such field.' : `There is no field ${name}; did you mean ${meant}?`,
  };
};
