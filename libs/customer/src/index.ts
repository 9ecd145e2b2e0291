export { type Customer, type CustomerEvent, type CustomerProfile, customerType, type PutCustomer, putCustomer } from './domain/customer.js';
