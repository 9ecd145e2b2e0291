import { isUtf8 } from 'node:buffer';
import { BadRequestException, PayloadTooLargeException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type DomainError, type FieldError, wrongFields } from '#kernel';
import { mostBytesOf } from './body-limits.js';
import { NotJsonError } from './json-fault.js';
import { ICALENDAR, JSON_TEXT, NDJSON } from './representations.js';
import { isRead } from './request-line.js';
import { unfoldLines } from './unfold-lines.js';

/** Far deeper than any body here, and far from what exhausts the stack of those who walk through it. */
const DEEPEST = 32;

/** What is wrong with what {@link isTooDeep}. */
export const TOO_DEEP: FieldError = {
  pointer: '#',
  code: 'depth',
  detail: `Lists and objects may be nested ${DEEPEST} deep.`,
};

const tooDeep = (): DomainError => wrongFields([TOO_DEEP]);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Counts brackets outside of texts; what is no JSON at all is found by the parser afterwards. */
export const isTooDeep = (json: string): boolean => {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index);
    if (inText) {
      if (unit === BACKSLASH) index += 1;
      else if (unit === QUOTE) inText = false;
    } else if (unit === QUOTE) inText = true;
    else if (OPENING.has(unit)) depth += 1;
    else if (CLOSING.has(unit)) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
};

/** Text in another encoding would be recorded as something that nobody wrote. */
const refusalOf = ({ headers }: FastifyRequest, body: Buffer): Error | undefined => {
  const [, charset = 'utf-8'] = /;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '') ?? [];
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!/^utf-?8$/i.test(charset) || encoding.toLowerCase() !== 'identity') return new UnsupportedMediaTypeException();
  return isUtf8(body) ? undefined : new BadRequestException();
};

/** So much of a body that is refused is still taken off the line. */
const MOST_DROPPED = 16 * 1024 * 1024;

/**
 * The framework ends the connection of whoever announces too much, and who still sends then often sees no answer. So the
 * answer is given here, and what comes after it is dropped. One whose length is not announced is still ended so.
 */
const refuseTooLarge = (server: FastifyInstance): void => {
  server.addHook('preParsing', ({ method, headers, routeOptions }, _, payload, next) => {
    // What comes with a read is never looked at.
    const announced = isRead(method) ? 0 : Number(headers['content-length'] ?? 0);
    const isTooLarge = announced > mostBytesOf(routeOptions.config.consumes ?? JSON_TEXT) && announced <= MOST_DROPPED;
    next(isTooLarge ? new PayloadTooLargeException() : null, payload);
  });
};

/**
 * Anything but JSON in UTF-8 is answered with 415, a file too where the route takes none. A command without a body may
 * still say that it sends JSON.
 */
export const understandBodies = (server: FastifyInstance): void => {
  refuseTooLarge(server);
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(JSON_TEXT, { parseAs: 'buffer' }, (request, body, done) => {
    const refusal = refusalOf(request, body);
    const json = body.toString();
    if (refusal !== undefined) done(refusal);
    else if (isTooDeep(json)) done(tooDeep());
    else if (json === '') done(null, undefined);
    else void parse(request, json, (error, sent) => (error === null ? done(null, sent) : done(new NotJsonError(json))));
  });
  for (const type of [ICALENDAR, NDJSON])
    server.addContentTypeParser<Buffer>(
      type,
      { parseAs: 'buffer', bodyLimit: mostBytesOf(type) },
      (request, sent, done) => {
        // Only what needs it is unfolded here: under its key, a file sent before is the same command still.
        const body = type === ICALENDAR && !isUtf8(sent) ? unfoldLines(sent) : sent;
        const isFileRoute = request.routeOptions.config.consumes === type;
        const refusal = isFileRoute ? refusalOf(request, body) : new UnsupportedMediaTypeException();
        if (refusal === undefined) done(null, body.toString());
        else done(refusal);
      },
    );
};
