import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { Principal } from '#access';
import { QuoteBody, quoteOf } from '#bodies';
import { DomainError, type Instant, type TenantId } from '#kernel';
import { quote, SlaCatalogue } from '#service-level';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Valid } from '../http/valid.pipe.js';

const unknownCalendar = (id: string): DomainError =>
  new DomainError('invalid', 'validation', 'No deadline can be computed from this.', {
    errors: [
      {
        pointer: '#/calendarId',
        code: 'unknown-calendar',
        detail: `There is no calendar ${id}. Publish it first, send one as calendar, or use always.`,
      },
    ],
  });

/** Deadlines computed without filing; nothing is recorded. */
@Controller('v1/sla/quote')
export class QuotesController {
  constructor(private readonly catalogue: SlaCatalogue) {}

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
  async #calendarOf({ calendar, calendarId = 'always' }: QuoteBody, startTime: Instant, tenantId: TenantId) {
    if (calendar !== undefined) return { calendar };
    const edition = await this.catalogue.calendarFrom(tenantId, calendarId, startTime);
    if (edition === undefined) throw unknownCalendar(calendarId);
    return { calendar: edition.definition, calendarId, calendarVersion: edition.version };
  }
}
