type Paint = (text: string) => string;

export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
}

/** Colour is for people at a terminal who have not declined it (no-color.org: any value but the empty one). */
export const wantsColour = (stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';

export const palette = (coloured: boolean): Palette => {
  const paint =
    (code: number): Paint =>
    (text) =>
      coloured ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32) };
};

/** What an event means for a promise: kept, broken, or neither. */
export const paintEvent = (type: string, { red, green }: Palette): Paint => {
  if (type === 'ResponseBreached' || type === 'Escalated' || type === 'AlertOpened') return red;
  return type === 'FirstResponseGiven' || type === 'ResponseGiven' ? green : (text) => text;
};
