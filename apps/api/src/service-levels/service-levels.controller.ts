import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { Principal } from '#access';
import { type Calendar, normalizeCalendar, validateCalendar } from '#business-time';
import { type CommandMeta, fail, type FieldError } from '#kernel';
import {
  type Edition,
  IMPACTS,
  INCIDENT_TYPES,
  ISSUE_CLASSES,
  OBLIGATION_KINDS,
  type PolicyDefinition,
  PublishCalendarCommand,
  PublishPolicyCommand,
  SlaCatalogue,
} from '#service-level';
import { answerTo } from '../http/answer.js';
import { IsId, IsLanguage, OptionalText, Text } from '../http/fields.js';
import { idOf } from '../http/id-of.js';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Valid } from '../http/valid.pipe.js';

class CalendarBody {
  @Text(200)
  displayName!: string;

  @Allow()
  timeZone!: Calendar['timeZone'];

  @Allow()
  week!: Calendar['week'];

  @Allow()
  holidays: Calendar['holidays'] = [];

  @Allow()
  overrides: Calendar['overrides'] = {};

  alsoCheck(): readonly FieldError[] {
    const { timeZone, week, holidays, overrides } = this;
    return validateCalendar({ timeZone, week, holidays, overrides });
  }
}

class ConditionBody {
  @IsOptional()
  @IsIn(IMPACTS)
  impact?: (typeof IMPACTS)[number];

  @IsOptional()
  @IsIn(INCIDENT_TYPES)
  incidentType?: (typeof INCIDENT_TYPES)[number];

  @IsOptional()
  @IsLanguage()
  language?: string;

  @IsOptional()
  @IsIn(ISSUE_CLASSES)
  issueClass?: (typeof ISSUE_CLASSES)[number];

  @OptionalText(100)
  product?: string;

  @IsOptional()
  @IsId()
  customerId?: string;
}

class RuleBody {
  @ValidateNested()
  @Type(() => ConditionBody)
  when: ConditionBody = new ConditionBody();

  @IsString()
  @Length(1, 40)
  budget!: string;

  @IsId()
  calendarId: string = 'always';
}

class EscalationBody {
  @IsString()
  @Length(1, 40)
  after!: string;

  @IsId()
  to!: string;
}

class PolicyBody {
  @Text(200)
  displayName!: string;

  @IsIn(OBLIGATION_KINDS)
  obligation!: PolicyDefinition['obligation'];

  @IsIn(['retroactive', 'fromChange'])
  severityChange: PolicyDefinition['severityChange'] = 'retroactive';

  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(99, { each: true })
  warnings: number[] = [];

  @IsArray()
  @ArrayMaxSize(20)
  @Text(100, { each: true })
  pausesOn: string[] = [];

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => RuleBody)
  rules!: RuleBody[];

  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => EscalationBody)
  escalation: EscalationBody[] = [];
}

/** Plain JSON without the fields that were left out. */
const plain = (body: PolicyBody): PolicyDefinition => JSON.parse(JSON.stringify(body)) as PolicyDefinition; // validated; only its classes go

const shown = <D extends object>({ id, version, definition }: Edition<D>) => ({ id, version, ...definition });

@Controller('v1')
export class ServiceLevelsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly catalogue: SlaCatalogue,
  ) {}

  @Put('calendars/:calendarId')
  async putCalendar(
    @Param('calendarId') id: string,
    @Body(new Valid(CalendarBody)) body: CalendarBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: bigint | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { displayName, ...calendar } = body;
    const definition = { displayName, ...normalizeCalendar(calendar) };
    const change = await this.commands.execute(
      new PublishCalendarCommand(idOf('calendarId', id), definition, meta, revision),
    );
    void reply.code(change.revision === 0n ? 201 : 200);
    return { id, version: change.state.versions.length, ...definition, ...answerTo(change, reply) };
  }

  @Get('calendars/:calendarId')
  async calendar(@Param('calendarId') id: string, @Caller() { tenantId }: Principal) {
    const edition = await this.catalogue.calendar(tenantId, id);
    return shown(edition ?? fail('not-found', 'calendar-not-found', 'There is no calendar with this id.'));
  }

  @Put('sla/policies/:policyId')
  async putPolicy(
    @Param('policyId') id: string,
    @Body(new Valid(PolicyBody)) body: PolicyBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: bigint | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const definition = plain(body);
    const change = await this.commands.execute(
      new PublishPolicyCommand(idOf('policyId', id), definition, meta, revision),
    );
    void reply.code(change.revision === 0n ? 201 : 200);
    return { id, version: change.state.versions.length, ...definition, ...answerTo(change, reply) };
  }

  @Get('sla/policies/:policyId')
  async policy(@Param('policyId') id: string, @Caller() { tenantId }: Principal) {
    const edition = await this.catalogue.policy(tenantId, id);
    return shown(edition ?? fail('not-found', 'policy-not-found', 'There is no policy with this id.'));
  }
}
