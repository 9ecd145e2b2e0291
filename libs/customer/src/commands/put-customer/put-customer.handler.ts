import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { CustomerStore } from '../../customer.store.js';
import { putCustomer } from '../../domain/customer.js';
import { PutCustomerCommand } from './put-customer.command.js';

@CommandHandler(PutCustomerCommand)
export class PutCustomerHandler implements ICommandHandler<PutCustomerCommand> {
  constructor(
    private readonly customers: CustomerStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, meta, ifRevision }: PutCustomerCommand) {
    return this.customers.change(
      input.customerId,
      meta,
      (customer) => putCustomer({ ...input, now: this.clock.now() }, customer),
      { ifRevision },
    );
  }
}
