import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { IsIn, IsString, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { IfRevision } from '#aggregates';
import type { Principal } from '#access';
import { IsDomainName, Text } from '#bodies';
import { type Customer, CustomerStore } from '#customer';
import { PutCustomerCommand } from '#customer/commands';
import { type CommandMeta, type CustomerId, DomainError } from '#kernel';
import { answerTo } from '../http/answer.js';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { idOf } from '../http/id-of.js';
import { Valid } from '../http/valid.pipe.js';

/** REQ-39; a retired cloud stays known, so that old histories can be read. */
const CLOUDS = ['global', 'usGovernment', 'germany', 'china'];

class PutCustomerBody {
  @Text(200)
  displayName!: string;

  @IsString()
  @MaxLength(253)
  @IsDomainName()
  primaryDomain!: string;

  @IsIn(CLOUDS)
  cloud: string = 'global';
}

const view = (state: Customer, numbers: { readonly revision: number; readonly position: string }) => {
  if (state.status === 'unknown')
    throw new DomainError('not-found', 'customer-not-found', 'There is no customer with this id.');
  return { id: state.customerId, ...state.profile, ...numbers };
};

@Controller('v1/customers')
export class CustomersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly customers: CustomerStore,
  ) {}

  /** Register or update a customer. Under an id that you choose. */
  @Put(':customerId')
  @Needs('customers.write')
  async put(
    @Param('customerId') id: string,
    @Body(new Valid(PutCustomerBody)) body: PutCustomerBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { displayName, primaryDomain, cloud } = body;
    const customerId = idOf('customerId', id) as CustomerId;
    const change = await this.commands.execute(
      new PutCustomerCommand({ customerId, profile: { displayName, primaryDomain, cloud } }, meta, revision),
    );
    void reply.code(change.revision === 0n && change.unchanged !== true ? 201 : 200);
    return view(change.state, answerTo(change, reply));
  }

  /** Read a customer. */
  @Get(':customerId')
  @Needs('customers.read')
  async get(
    @Param('customerId') id: string,
    @Caller() { tenantId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const found = await this.customers.find(tenantId, id);
    if (found === undefined) return view({ status: 'unknown' }, { revision: 0, position: '0' });
    return view(found.state, answerTo({ ...found, replayed: false }, reply));
  }
}
