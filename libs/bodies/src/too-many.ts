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
  for (const [name, part] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
    const way = typeof part === 'object' && part !== null ? wayToWide(part) : undefined;
    if (way !== undefined) return [name, ...way];
  }
  return undefined;
};

/** The first object with far too many fields in what no class describes, however deep. */
export const tooManyIn = (value: unknown, at: string): readonly FieldError[] => {
  const way = typeof value === 'object' && value !== null ? wayToWide(value) : undefined;
  return way === undefined ? [] : [tooMany(way.reduce(pointerTo, at))];
};
