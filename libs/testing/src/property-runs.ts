/**
 * How many cases a property tries: `PROPERTY_RUNS`, else what is usual. A failure prints its seed.
 *
 * @param usual 2,000 unless a case takes milliseconds
 */
export const propertyRuns = (usual = 2_000): { readonly numRuns: number } => ({
  numRuns: Number(process.env['PROPERTY_RUNS'] ?? usual),
});
