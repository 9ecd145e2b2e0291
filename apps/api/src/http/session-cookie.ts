import type { FastifyRequest } from 'fastify';
import { isRead } from './request-line.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where browsers find the service; undefined where nothing stands between. */
    publicUrl: string | undefined;
  }
}

/** Where a browser found the service: scheme, host and port. */
export const ownOrigin = ({ server, protocol, host }: FastifyRequest): string =>
  server.publicUrl ?? `${protocol}://${host}`;

const isSecure = (request: FastifyRequest): boolean => ownOrigin(request).startsWith('https:');

const nameFor = (request: FastifyRequest): string =>
  isSecure(request) ? '__Host-ledgerdesk_session' : 'ledgerdesk_session';

/** The secret of a session that a browser sent. */
export const sessionOf = (request: FastifyRequest): string | undefined => {
  const name = `${nameFor(request)}=`;
  const found = request.headers.cookie?.split(/; */).find((cookie) => cookie.startsWith(name));
  return found === undefined || found.length === name.length ? undefined : found.slice(name.length);
};

/** @param lastsSeconds 0 to make the browser forget it */
export const sessionCookie = (request: FastifyRequest, secret: string, lastsSeconds: number): string =>
  [
    `${nameFor(request)}=${secret}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${lastsSeconds}`,
    ...(isSecure(request) ? ['Secure'] : []),
  ].join('; ');

/** A browser sends the cookie with what another site makes it send too; what changes something must come from our own pages. */
export const isOwnDoing = (request: FastifyRequest): boolean => {
  if (isRead(request.method)) return true;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined) return origin === ownOrigin(request);
  return site === 'same-origin';
};
