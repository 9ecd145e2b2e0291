import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { tagInCoding } from './entity-tag.js';

/** Less is not worth the work. */
const SMALLEST = 1_024;
/** As small as gzip's best, in a third of the time of the default. */
const BROTLI_QUALITY = 4;

const CODERS = {
  br: (text: string) =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (text: string) => promisify(gzip)(text),
} as const;

type Coding = keyof typeof CODERS;

/** The coding that an Accept-Encoding header likes best, brotli among equals; undefined for none (RFC 9110, 12.5.3). */
export const codingFor = (accepted: string | undefined): Coding | undefined => {
  if (accepted === undefined) return undefined;
  const weights = new Map(
    accepted.split(',').map((part): [string, number] => {
      const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const [, quality] = /^q=([01](?:\.\d{0,3})?)$/.exec(parameters[0] ?? '') ?? [];
      return [coding, Number(quality ?? 1)];
    }),
  );
  const weightOf = (coding: Coding): number => weights.get(coding) ?? weights.get('*') ?? 0;
  const best = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip';
  return weightOf(best) > 0 ? best : undefined;
};

const vary = (reply: FastifyReply): void => {
  const given = reply.getHeader('vary');
  void reply.header('vary', typeof given === 'string' ? `${given}, accept-encoding` : 'accept-encoding');
};

/**
 * Compresses views from a kilobyte on. Answers that must not be stored pass: those of commands, which are small, and one
 * that holds a key, of which a length could tell (BREACH). Streams pass too. Call it after tags are made.
 */
export const compress = (server: FastifyInstance): void => {
  server.addHook('onSend', ({ method, headers }, reply, content: unknown, done) => {
    const isView = typeof content === 'string' && reply.getHeader('cache-control') !== 'no-store';
    if ((isView && content.length >= SMALLEST) || reply.statusCode === 304) vary(reply);
    const coding =
      isView && content.length >= SMALLEST && method === 'GET' ? codingFor(headers['accept-encoding']) : undefined;
    if (!isView || coding === undefined) {
      done(null, content);
      return;
    }
    const tag = reply.getHeader('etag');
    if (typeof tag === 'string') void reply.header('etag', tagInCoding(tag, coding));
    void reply.header('content-encoding', coding);
    CODERS[coding](content).then((coded) => done(null, coded), done);
  });
};
