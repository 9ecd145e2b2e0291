import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { DomainError } from '#kernel';
import { preferred } from '../http/accept.js';
import { isProblemCode, PROBLEMS } from './problem-codes.js';
import { type DocumentedProblem, problemPage, problemsPage } from './problem-page.js';

const HTML = 'text/html';
const PRODUCES = [HTML, 'application/json'];

/** The pages are text alone: whatever a browser would fetch or run besides is not ours. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const ALL: readonly DocumentedProblem[] = Object.entries(PROBLEMS)
  .map(([code, kind]) => ({ code, ...kind }))
  .sort((a, b) => a.status - b.status);

/** What the `type` of each problem points at. Open to all: nothing here depends on who asks. */
@Controller('problems')
export class ProblemsController {
  /** List every problem that an answer can carry. */
  @Get()
  @RouteConfig({ produces: PRODUCES })
  list(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#answer(accept, reply, { items: ALL, nextCursor: null }, () => problemsPage(ALL));
  }

  /** Read what a problem means and what to do. */
  @Get(':code')
  @RouteConfig({ produces: PRODUCES })
  one(
    @Param('code') code: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!isProblemCode(code))
      throw new DomainError('not-found', 'not-found', 'No problem has this code. GET /problems lists them all.');
    const documented: DocumentedProblem = { code, ...PROBLEMS[code] };
    return this.#answer(accept, reply, documented, () => problemPage(documented));
  }

  #answer<Data extends object>(accept: string | undefined, reply: FastifyReply, data: Data, page: () => string) {
    void reply.header('cache-control', 'public, max-age=3600').header('vary', 'accept');
    if (preferred(accept, PRODUCES) !== HTML) return data;
    void reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY);
    return page();
  }
}
