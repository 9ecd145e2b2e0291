interface Tag {
  readonly name: string;
  readonly description: string;
  /** The controllers whose routes it holds. */
  readonly controllers: readonly string[];
}

/** How the document groups the routes, in the order in which a newcomer meets them. */
export const TAGS: readonly Tag[] = [
  {
    name: 'Service requests',
    description: 'What customers ask for, and the promises that filing makes.',
    controllers: ['ServiceRequestCommandsController', 'ServiceRequestQueriesController'],
  },
  { name: 'Batches', description: 'Many commands in one request, for importers.', controllers: ['BatchesController'] },
  {
    name: 'Imports',
    description: 'Tickets of other systems, with their own times.',
    controllers: ['ImportsController'],
  },
  {
    name: 'Promises',
    description: 'Clocks, deadlines and verdicts of service requests.',
    controllers: ['ObligationsController', 'ExplanationsController'],
  },
  { name: 'Customers', description: 'Whom requests are filed for.', controllers: ['CustomersController'] },
  {
    name: 'Alerts',
    description: 'What somebody must know now: as a list, or live.',
    controllers: ['AlertsController', 'AlertStreamController'],
  },
  {
    name: 'Policies',
    description: 'What is promised to whom, in every version.',
    controllers: ['PoliciesController'],
  },
  {
    name: 'Calendars',
    description: 'When time counts, in every version.',
    controllers: ['CalendarsController'],
  },
  {
    name: 'Computing',
    description: 'Deadlines and whole scenarios without filing anything.',
    controllers: ['QuotesController', 'WhatIfController'],
  },
  { name: 'Reports', description: 'How well promises are kept.', controllers: ['ReportsController'] },
  {
    name: 'API keys',
    description: 'Who may do what, by the role of a key.',
    controllers: ['ApiKeysController'],
  },
  {
    name: 'Sessions',
    description: 'A person in a browser, by a link that works once.',
    controllers: ['LoginController'],
  },
  {
    name: 'Tenants',
    description: 'An installation divided; for its own administrator.',
    controllers: ['TenantsController'],
  },
  {
    name: 'Operations',
    description: 'How the service does.',
    controllers: ['HealthController', 'MetricsController', 'ProjectionsController', 'TimersController'],
  },
  {
    name: 'Documentation',
    description: 'This document, and what each problem means.',
    controllers: ['DocsController', 'ProblemsController'],
  },
];

/** @throws Error for a controller that no group holds */
export const tagOf = (controller: string): string => {
  const tag = TAGS.find(({ controllers }) => controllers.includes(controller));
  if (tag === undefined) throw new Error(`${controller} is in no group: add it to one in apps/api/openapi/tags.ts.`);
  return tag.name;
};
