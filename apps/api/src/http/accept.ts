const RANGE = /^(\*(?=\/\*$)|[\w!#$&^.+-]+)\/(\*|[\w!#$&^.+-]+)$/;
const QUALITY = /^q=([01](?:\.\d{0,3})?)$/i;

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** 0 refuses what matches, 1 likes it best. */
  readonly quality: number;
}

/** Parameters but `q` are not looked at: none of our representations differs by them. */
const parse = (text: string): readonly MediaRange[] => {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
  const [, type, subtype] = RANGE.exec(range.toLowerCase()) ?? [];
  if (type === undefined || subtype === undefined) return [];
  const quality = parameters.map((parameter) => QUALITY.exec(parameter)?.[1]).find((found) => found !== undefined);
  return [{ type, subtype, quality: Number(quality ?? 1) }];
};

const specificity = ({ type, subtype }: MediaRange): number => (type === '*' ? 0 : subtype === '*' ? 1 : 2);

/** The quality of the most specific range that matches (RFC 9110, 12.5.1); 0 when none does. */
const qualityOf = (offer: string, ranges: readonly MediaRange[]): number => {
  const [type, subtype] = offer.split('/');
  const [best] = ranges
    .filter(
      (range) => (range.type === '*' || range.type === type) && (range.subtype === '*' || range.subtype === subtype),
    )
    .sort((a, b) => specificity(b) - specificity(a));
  return best?.quality ?? 0;
};

/**
 * Which of the media types on offer an Accept header likes best; the first among equals.
 *
 * @param accept the header's value; without one, anything will do
 * @returns undefined when the header excludes every one of them
 */
export const preferred = (accept: string | undefined, offers: readonly string[]): string | undefined => {
  if (accept === undefined || accept === '*/*' || accept === '') return offers[0];
  const ranges = accept.split(',').flatMap(parse);
  const liked = offers
    .map((offer) => ({ offer, quality: qualityOf(offer, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return liked[0]?.offer;
};
