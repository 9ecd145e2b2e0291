import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs } from '../http/needs.decorator.js';
import { docsPage } from './docs-page.js';
import { readDocument } from './document-file.js';

/** The page is text and style alone: whatever a browser would fetch or run besides is not ours. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const KEPT = 'private, max-age=3600';

/** What the API is, for programs and for people. */
@Controller()
export class DocsController {
  #page: string | undefined;

  /** Read this document. OpenAPI 3.1, for tools. */
  @Get('openapi.json')
  @Needs('docs.read')
  document(@Res({ passthrough: true }) reply: FastifyReply): object {
    void reply.header('cache-control', KEPT);
    return readDocument();
  }

  /** Read this document as a page. For people: it needs no script and loads nothing else. */
  @Get('docs')
  @Needs('docs.read', { produces: ['text/html'] })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    this.#page ??= docsPage(readDocument());
    void reply.type('text/html; charset=utf-8').header('cache-control', KEPT).header('content-security-policy', POLICY);
    return this.#page;
  }
}
