import type { FastifyRequest } from 'fastify';
import { isRead } from './request-line.js';

const nameFor = ({ protocol }: FastifyRequest): string =>
  protocol === 'https' ? '__Host-ledgerdesk_session' : 'ledgerdesk_session';

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
    ...(request.protocol === 'https' ? ['Secure'] : []),
  ].join('; ');

/** A browser sends the cookie with what another site makes it send too; what changes something must come from our own pages. */
export const isOwnDoing = ({ method, headers, protocol }: FastifyRequest): boolean => {
  if (isRead(method)) return true;
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined) return origin === `${protocol}://${host}`;
  return site === 'same-origin';
};
