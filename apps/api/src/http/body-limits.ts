import { problem, type Problem } from './problem.js';
import { JSON_TEXT, NDJSON } from './representations.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** How many bytes a body of a media type may have. */
export const mostBytesOf = (type: string): number => (type === NDJSON ? 4 * MIB : 256 * KIB);

const inWords = (bytes: number): string => (bytes < MIB ? `${bytes / KIB} KiB` : `${bytes / MIB} MiB`);

/**
 * Why a route does not take what was sent as its body.
 * @param status as the server refused it: not readable, too large, or of another type or encoding
 * @param consumes the media type that the route takes
 */
export const bodyRefusal = (status: 400 | 413 | 415, consumes: string): Problem => {
  const isJson = consumes === JSON_TEXT;
  switch (status) {
    case 400:
      return isJson
        ? problem('not-json', 'The body is not valid JSON in UTF-8, or the request is not valid HTTP.')
        : problem('bad-request', 'The body is not valid UTF-8, or the request is not valid HTTP.');
    case 413:
      return problem('too-large', `The body is larger than ${inWords(mostBytesOf(consumes))}.`);
    case 415:
      return problem(
        'unsupported-media-type',
        `Send ${isJson ? 'JSON' : 'a file'} in UTF-8, not compressed, with the header Content-Type: ${consumes}.`,
      );
  }
};
