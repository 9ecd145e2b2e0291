import type { FastifyReply } from 'fastify';
import { HTML } from '../http/representations.js';
import { page } from '../problems/page.js';

const HOW = `<p>A login link works once, for ten minutes, until Ledgerdesk is stopped. To get one, start Ledgerdesk, or ask
whoever has an administrator's key to send <code>POST /v1/login-links</code>.</p>`;

/** How a person gets in. */
export const INVITATION = page('Log in', `<h1>Log in by a link</h1>\n${HOW}`);
export const USELESS = page('This link opens nothing', `<h1>This link opens nothing</h1>\n${HOW}`);

/** Answers with a page that nobody keeps, nor tells where it led from. */
export const sendLoginPage = (reply: FastifyReply, content: string): FastifyReply =>
  quietly(reply).type(`${HTML}; charset=utf-8`).send(content);

export const quietly = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
