import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { Principal } from '#access';
import { QuoteBody, quoteOf } from '#bodies';
import { DomainError, type Instant, type TenantId, wrongFields } from '#kernel';
import { editionOf, quote, SlaCatalogue } from '#service-level';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Valid } from '../http/valid.pipe.js';

const refused = (pointer: string, code: string, detail: string): DomainError =>
  wrongFields([{ pointer, code, detail }]);

const unknownCalendar = (id: string): DomainError =>
  refused(
    '#/calendarId',
    'unknown-calendar',
    `There is no calendar ${id}. Publish it first, send one as calendar, or use always.`,
  );

const unknownVersion = (id: string, version: number): DomainError =>
  refused(
    '#/calendarVersion',
    'unknown-version',
    `There is no version ${version} of a calendar ${id}. GET /v1/calendars/${id}/versions lists them.`,
  );

/** Deadlines computed without filing; nothing is recorded. */
@Controller('v1/sla/quote')
export class QuotesController {
  constructor(private readonly catalogue: SlaCatalogue) {}

  /**
   * Compute a deadline without filing. On a calendar that is sent or published; the open rows of `explanation` sum
   * to the budget. Nothing is recorded.
   */
  @Post()
  @Needs('sla.read')
  @HttpCode(200)
  async quote(@Body(new Valid(QuoteBody)) body: QuoteBody, @Caller() { tenantId }: Principal) {
    const asked = quoteOf(body);
    const { calendar, ...named } = await this.#calendarOf(body, asked.startTime, tenantId);
    const { expirationTime, explanation } = quote({ ...asked, calendar });
    const slaMinutes = asked.budgetMs / 60_000;
    return { expirationTime, slaMinutes, tzdata: this.catalogue.tzdata, ...named, explanation };
  }

  /** The calendar as it was sent, or the published one and which version of it. */
  async #calendarOf(
    { calendar, calendarId = 'always', calendarVersion }: QuoteBody,
    startTime: Instant,
    tenantId: TenantId,
  ) {
    if (calendar !== undefined) return { calendar };
    const edition =
      calendarVersion === undefined
        ? await this.catalogue.calendarFrom(tenantId, calendarId, startTime)
        : await this.#edition(tenantId, calendarId, calendarVersion);
    if (edition === undefined)
      throw calendarVersion === undefined ? unknownCalendar(calendarId) : unknownVersion(calendarId, calendarVersion);
    return { calendar: edition.definition, calendarId, calendarVersion: edition.version };
  }

  async #edition(tenantId: TenantId, id: string, version: number) {
    const published = await this.catalogue.calendar(tenantId, id, version);
    return published && editionOf(id, published, version);
  }
}
