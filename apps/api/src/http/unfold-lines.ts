/** Joins the lines that iCalendar folds, by octets: a fold may stand in the midst of a character (RFC 5545, 3.1). */
export const unfoldLines = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r?\n[ \t]/g, ''), 'latin1');
