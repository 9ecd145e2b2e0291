import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { IfRevision } from '#aggregates';
import type { Principal } from '#access';
import { CalendarBody, calendarOf, ImportQuery, toOptionalInstant } from '#bodies';
import { Clock, type CommandMeta, fail } from '#kernel';
import { ServiceLevelQueries, SlaCatalogue } from '#service-level';
import { ImportHolidaysCommand, PublishCalendarCommand } from '#service-level/commands';
import type { Paging } from '../http/cursor.js';
import { idOf } from '../http/id-of.js';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { ICALENDAR } from '../http/representations.js';
import { Valid } from '../http/valid.pipe.js';
import { droppedHolidays } from './dropped-holidays.js';
import { EditionQuery, editionView, publishedView, versionsView } from './editions.js';

const notFound = (): never => fail('not-found', 'calendar-not-found', 'There is no such calendar, or no such version.');

@Controller('v1/calendars')
export class CalendarsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly catalogue: SlaCatalogue,
    private readonly queries: ServiceLevelQueries,
    private readonly reads: Reads,
    private readonly clock: Clock,
  ) {}

  /**
   * Publish a version of a calendar. In force at once, or from `effectiveFrom` on; deadlines already given stay. It takes
   * the place of the version before, holidays that were imported included: `findings` tells what it lacks of them.
   */
  @Put(':calendarId')
  @Needs('sla.publish')
  async put(
    @Param('calendarId') id: string,
    @Body(new Valid(CalendarBody)) body: CalendarBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { definition, effectiveFrom } = calendarOf(body);
    const change = await this.commands.execute(
      new PublishCalendarCommand(idOf('calendarId', id), definition, effectiveFrom, meta, revision),
    );
    void reply.code(change.revision === 0n ? 201 : 200);
    const view = publishedView(id, change, reply);
    return { ...view, findings: [...droppedHolidays(change.state), ...view.findings] };
  }

  /**
   * Import holidays from a file. Adds the whole-day events of an iCalendar file to the newest version, as a new one;
   * rules are followed from a year ago to ten years ahead. `findings` tells which events are left out.
   */
  @Post(':calendarId/holidays')
  @HttpCode(200)
  @Needs('sla.publish', { consumes: ICALENDAR })
  async importHolidays(
    @Param('calendarId') id: string,
    @Query(new Valid(ImportQuery)) { effectiveFrom }: ImportQuery,
    @Body() file: unknown,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const text = typeof file === 'string' ? file : '';
    const change = await this.commands.execute(
      new ImportHolidaysCommand(idOf('calendarId', id), text, toOptionalInstant(effectiveFrom), meta, revision),
    );
    const view = publishedView(id, change, reply);
    return { ...view, findings: [...change.leftOut, ...view.findings] };
  }

  /** List calendars. */
  @Get()
  @Needs('sla.read')
  async list(
    @Query(new Valid(PageQuery)) { waitFor, limit }: PageQuery,
    @Paged() paging: Paging,
    @Caller() { tenantId }: Principal,
  ) {
    const after = paging.after?.id ?? '';
    await this.reads.waitFor('service-levels', waitFor);
    const found = await this.queries.list(tenantId, 'calendar', limit + 1, after);
    const items = found.map(({ subject, ...summary }) => ({ ...summary, timeZone: subject }));
    return paging.pageOf(items, limit, ({ id }) => ({ at: '', id }));
  }

  /** Read a version of a calendar. The newest, unless `version` names another one. */
  @Get(':calendarId')
  @Needs('sla.read')
  async one(
    @Param('calendarId') id: string,
    @Query(new Valid(EditionQuery)) query: EditionQuery,
    @Caller() { tenantId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const published = await this.catalogue.calendar(tenantId, id);
    return editionView(id, published, query, this.clock.now(), reply) ?? notFound();
  }

  /** List the versions of a calendar. The newest first. */
  @Get(':calendarId/versions')
  @Needs('sla.read')
  async versions(
    @Param('calendarId') id: string,
    @Query(new Valid(PageQuery)) { limit }: PageQuery,
    @Paged() paging: Paging,
    @Caller() { tenantId }: Principal,
  ) {
    const published = (await this.catalogue.calendar(tenantId, id)) ?? notFound();
    return versionsView(id, published, limit, paging, this.clock.now());
  }
}
