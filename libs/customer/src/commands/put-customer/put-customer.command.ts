import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { Customer, PutCustomer } from '../../domain/customer.js';

export class PutCustomerCommand extends Command<Change<Customer>> {
  constructor(
    readonly input: Omit<PutCustomer, 'now'>,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
