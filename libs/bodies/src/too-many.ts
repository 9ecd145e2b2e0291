import type { FieldError } from '#kernel';
import { pointerTo } from './pointers.js';

/** More than any class here knows: telling what is wrong with thousands would keep all others waiting. */
const MOST_FIELDS = 100;
const CODE = 'too-many-fields';

export const isTooMany = ({ code }: FieldError): boolean => code === CODE;

export const hasTooMany = (names: readonly string[]): boolean => names.length > MOST_FIELDS;

/** What is wrong with an object of which {@link hasTooMany} is true. */
export const tooMany = (pointer: string): FieldError => ({
  pointer,
  code: CODE,
  detail: `At most ${MOST_FIELDS} fields are allowed here.`,
});

type Way = readonly string[];

/** The way to the first object with far too many fields; undefined when there is none. */
const wayToWide = (value: object): Way | undefined => {
  if (!Array.isArray(value) && hasTooMany(Object.keys(value))) return [];
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const [index, part] of parts.entries()) {
    const way = typeof part === 'object' && part !== null ? wayToWide(part) : undefined;
    if (way !== undefined) return [...Object.keys(value).slice(index, index + 1), ...way];
  }
  return undefined;
};

/** The first object with far too many fields in what no class describes, however deep. */
export const tooManyIn = (value: unknown, at: string): readonly FieldError[] => {
  const way = typeof value === 'object' && value !== null ? wayToWide(value) : undefined;
  return way === undefined ? [] : [tooMany(way.reduce(pointerTo, at))];
};
