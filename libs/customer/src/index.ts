export { PutCustomerCommand } from './commands/put-customer/put-customer.command.js';
export { PutCustomerHandler } from './commands/put-customer/put-customer.handler.js';
export { CustomerStore } from './customer.store.js';
export { type Customer, type CustomerProfile, customerType } from './domain/customer.js';
