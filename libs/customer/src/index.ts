export { CustomerStore } from './customer.store.js';
export { type Customer, type CustomerProfile, customerType } from './domain/customer.js';
