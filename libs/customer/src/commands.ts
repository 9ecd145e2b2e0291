export { PutCustomerCommand } from './commands/put-customer/put-customer.command.js';
export { PutCustomerHandler } from './commands/put-customer/put-customer.handler.js';
