/** Hours, minutes, seconds; at least one of them. */
export const DURATION = /^PT(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?$/;

/** Milliseconds of an ISO 8601 duration of hours, minutes and seconds; undefined when it is not one, or not above zero. */
export const durationToMs = (text: string): number | undefined => {
  const parts = DURATION.exec(text);
  if (parts === null) return undefined;
  const [hours, minutes, seconds] = parts.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const ms = Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000);
  return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
};
