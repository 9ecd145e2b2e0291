import { messageOf } from '#kernel';

const PLACE = / in JSON at position (\d+)/;

/** Lines and columns count from 1, as editors do. */
const placeAt = (json: string, position: number): string => {
  const before = json.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
};

/** A body that was to be JSON. One that parses was refused for the names in it. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';

  constructor(json: string) {
    const fault = jsonFault(json);
    super(
      fault === undefined
        ? 'The body has a field named __proto__ or constructor, which no body here has.'
        : `The body is not valid JSON${fault === '' ? '' : `: ${fault}`}. Send one JSON object.`,
    );
  }
}

/**
 * Why a text is no JSON, as far as the parser tells: where it stops being JSON, or that it ends too early.
 * Empty where it tells no place; undefined of what is JSON.
 */
export const jsonFault = (json: string): string | undefined => {
  try {
    JSON.parse(json);
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    const [, position] = PLACE.exec(message) ?? [];
    if (position !== undefined) return `it goes wrong at ${placeAt(json, Number(position))}`;
    return message.startsWith('Unexpected end') ? 'it ends before it is whole' : '';
  }
};
