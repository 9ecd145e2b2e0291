import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Sessions } from '#access';
import { Needs } from '../http/needs.decorator.js';
import { problem, sendProblem } from '../http/problem.js';
import { HTML } from '../http/representations.js';
import { isOwnDoing, ownOrigin, sessionCookie, sessionOf } from '../http/session-cookie.js';
import { INVITATION, quietly, sendLoginPage, USELESS } from './login-page.js';

@Controller()
export class LoginController {
  constructor(private readonly sessions: Sessions) {}

  /**
   * Opens a session by a link that works once, for ten minutes, in place of the browser's last one, and goes on to the
   * documentation. Without a link it tells how to get one.
   */
  @Get('login')
  @RouteConfig({ produces: [HTML] })
  async login(@Query('token') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    // What looks a link over before a person follows it must not use it up.
    if (token === undefined || request.method === 'HEAD') {
      await sendLoginPage(reply.code(200), INVITATION);
      return;
    }
    const opened = typeof token === 'string' ? this.sessions.open(token) : undefined;
    if (opened === undefined) {
      await sendLoginPage(reply.code(401), USELESS);
      return;
    }
    const before = sessionOf(request);
    if (before !== undefined) this.sessions.end(before);
    const cookie = sessionCookie(request, opened.secret, opened.lastsSeconds);
    await quietly(reply).header('set-cookie', cookie).redirect('/docs', 303);
  }

  /** Ends the session of this browser. */
  @Post('logout')
  @RouteConfig({ produces: ['*/*'] })
  async logout(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const secret = sessionOf(request);
    if (secret !== undefined && !isOwnDoing(request)) {
      sendProblem(reply, problem('cross-site', 'A session is ended from the pages of Ledgerdesk only.'));
      return;
    }
    if (secret !== undefined) this.sessions.end(secret);
    await quietly(reply)
      .header('set-cookie', sessionCookie(request, '', 0))
      .code(204)
      .send();
  }

  /** Opens one session of the installation's administrator, in the browser that follows it first. */
  @Post('v1/login-links')
  @Needs('sessions.invite')
  @HttpCode(201)
  link(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { token, expiresAt } = this.sessions.newLink();
    quietly(reply);
    return { url: `${ownOrigin(request)}/login?token=${token}`, expiresAt };
  }
}
