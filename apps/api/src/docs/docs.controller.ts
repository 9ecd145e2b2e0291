import { Controller, Get, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { docsPage } from './docs-page.js';
import { readDocument } from './document-file.js';

/** The page is text and style alone: whatever a browser would fetch or run besides is not ours. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const KEPT = 'public, max-age=3600';

/** What the API is, for programs and for people. Open to all: nothing here depends on who asks. */
@Controller()
export class DocsController {
  #page: string | undefined;

  /** Read this document. OpenAPI 3.1, for tools. */
  @Get('openapi.json')
  @RouteConfig({})
  document(@Res({ passthrough: true }) reply: FastifyReply): object {
    void reply.header('cache-control', KEPT);
    return readDocument();
  }

  /** Read this document as a page. For people: it needs no script and loads nothing else. */
  @Get('docs')
  @RouteConfig({ produces: ['text/html'] })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    this.#page ??= docsPage(readDocument());
    void reply.type('text/html; charset=utf-8').header('cache-control', KEPT).header('content-security-policy', POLICY);
    return this.#page;
  }
}
