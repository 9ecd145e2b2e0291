/** Beyond, nobody mistypes a name: it is another one. */
const LONGEST = 64;

/** How many letters may be wrong in a name: one in three, one at least. */
const tolerated = (name: string): number => Math.max(1, Math.floor(name.length / 3));

/** How many letters are missing, too many, wrong or swapped with the next one. */
const distance = (from: string, to: string): number => {
  let [twoBack, back]: number[][] = [[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const changed = (back?.[j - 1] ?? 0) + (isSame ? 0 : 1);
      const least = Math.min(changed, (back?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(isSwapped ? Math.min(least, (twoBack?.[j - 2] ?? 0) + 1) : least);
    }
    [twoBack, back] = [back, row];
  }
  return back?.[to.length] ?? Infinity;
};

/**
 * The name that was meant, as far as can be guessed: the nearest one, if it is near. Costs at most 64 × 64 steps for each
 * known name of about the same length, so callers say how often they ask.
 */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  if (name.length > LONGEST) return undefined;
  const most = tolerated(name);
  let found: { readonly name: string; readonly far: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > most || candidate.length > LONGEST) continue;
    const far = distance(name.toLowerCase(), candidate.toLowerCase());
    if (far <= most && far < (found?.far ?? Infinity)) found = { name: candidate, far };
  }
  return found?.name;
};
