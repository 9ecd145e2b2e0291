import type { TenantId } from '#kernel';

// Who may do what: the guards, the tests and docs/access.md come from this file alone.

/** Whoever may ask for technical support (REQ-01), for billing support (REQ-02), and what each may do (CTX-02, CTX-18). */
const PARTNER_ROLES = [
  'globalAdmin',
  'userManagementAdmin',
  'helpdeskAgent',
  'adminAgent',
  'billingAdmin',
  'salesAgent',
] as const;

/** A caller that is a program, those who watch the deadlines, whoever examines, and whoever runs the house. */
const OUR_ROLES = ['service', 'operator', 'dutyManager', 'auditor', 'administrator'] as const;

export const ROLES = [...PARTNER_ROLES, ...OUR_ROLES] as const;
export type Role = (typeof ROLES)[number];

export interface CapabilityRule {
  /** Ends the sentence "whoever has it may …". */
  readonly allows: string;
  readonly roles: readonly Role[];
  /** It reaches beyond one tenant, so only keys of the installation's own tenant have it. */
  readonly installationOnly?: true;
}

const OVERSEERS = ['dutyManager', 'globalAdmin', 'administrator'] as const;
const AGENTS = ['helpdeskAgent', 'adminAgent', 'operator', ...OVERSEERS] as const;
const WRITERS = ROLES.filter((role) => role !== 'auditor');

export const CAPABILITIES = {
  'requests.read': { allows: 'read service requests and their deadlines', roles: ROLES },
  'requests.file': { allows: 'file service requests', roles: WRITERS },
  'requests.technical': {
    allows: 'file them with the issue class technical (REQ-01)',
    roles: ['userManagementAdmin', 'service', ...AGENTS],
  },
  'requests.billing': {
    allows: 'file them with the issue class billing or subscriptionManagement (REQ-02)',
    roles: WRITERS.filter((role) => role !== 'adminAgent'),
  },
  'requests.fraud': {
    allows: 'see service requests about fraud and deal with them as with others (REQ-12)',
    roles: ['globalAdmin', 'dutyManager', 'auditor', 'administrator'],
  },
  'requests.work': {
    allows: 'answer, note, pause, escalate and merge service requests',
    roles: ['service', ...AGENTS],
  },
  'requests.settle': { allows: 'resolve, close and reopen service requests', roles: ['service', ...AGENTS] },
  'requests.import': {
    allows: 'import tickets of other systems with their own times',
    roles: ['globalAdmin', 'administrator'],
  },
  'deadlines.annul': { allows: 'annul a breach, or put a deadline on newer versions', roles: OVERSEERS },
  'history.read': { allows: 'read the history of service requests', roles: ['auditor', 'service', ...AGENTS] },
  'batches.send': {
    allows: 'send many commands in one request, each of which needs what it needs alone',
    roles: WRITERS,
  },
  'customers.read': { allows: 'read customers', roles: ROLES },
  'customers.write': {
    allows: 'register and update customers',
    roles: ['service', 'helpdeskAgent', 'adminAgent', ...OVERSEERS],
  },
  'sla.read': { allows: 'read policies and calendars, quote deadlines and try scenarios', roles: ROLES },
  'sla.publish': { allows: 'publish policies and calendars', roles: OVERSEERS },
  'alerts.read': { allows: 'read alerts and follow them live', roles: ['auditor', 'service', ...AGENTS] },
  'alerts.deal': { allows: 'acknowledge and snooze alerts', roles: AGENTS },
  'reports.read': { allows: 'read reports', roles: ['auditor', 'operator', 'adminAgent', ...OVERSEERS] },
  'operations.read': {
    allows: 'read how far the read models are',
    roles: ['auditor', 'operator', ...OVERSEERS],
    installationOnly: true,
  },
  'projections.rebuild': { allows: 'rebuild a read model', roles: ['administrator'], installationOnly: true },
  'actors.onBehalf': { allows: 'act for a person (Ledgerdesk-On-Behalf-Of)', roles: ['service'] },
  'access.read': {
    allows: 'list API keys',
    roles: ['auditor', 'userManagementAdmin', 'globalAdmin', 'administrator'],
  },
  'access.manage': {
    allows: 'issue, rotate and revoke API keys',
    roles: ['userManagementAdmin', 'globalAdmin', 'administrator'],
  },
  'sessions.invite': {
    allows: 'make a login link for a browser',
    roles: ['administrator'],
    installationOnly: true,
  },
  'tenants.read': { allows: 'list tenants', roles: ['auditor', 'administrator'], installationOnly: true },
  'tenants.manage': {
    allows: 'register, suspend and reactivate tenants, and issue their first keys',
    roles: ['administrator'],
    installationOnly: true,
  },
  'docs.read': { allows: 'read what the API is', roles: ROLES },
} as const satisfies Readonly<Record<string, CapabilityRule>>;

export type Capability = keyof typeof CAPABILITIES;

const ruleOf = (capability: Capability): CapabilityRule => CAPABILITIES[capability];

/** A key of its own making must not lift its maker: whoever manages keys does so for these roles only. */
const MANAGED_BY = new Map<string, readonly Role[]>([
  ['administrator', ROLES],
  ['globalAdmin', ROLES.filter((role) => role !== 'administrator')],
  // People at their desks: none who sees fraud or acts for others.
  ['userManagementAdmin', ['helpdeskAgent', 'adminAgent', 'billingAdmin', 'salesAgent', 'operator']],
]);

/** The roles whose keys a role may issue, rotate and revoke. */
export const rolesManagedBy = (role: string): readonly Role[] => MANAGED_BY.get(role) ?? [];

/** The tenant of the installation itself, and the only one of an installation that is not divided. */
export const INSTALLATION = 'default' as TenantId;

/** Whether a caller of this tenant and role may. A role that this version does not know may nothing. */
export const may = (capability: Capability, tenantId: TenantId, role: string): boolean => {
  const { roles, installationOnly } = ruleOf(capability);
  return roles.some((known) => known === role) && (installationOnly !== true || tenantId === INSTALLATION);
};

/** What a refused caller is told: what is missing, and who has it. */
export const whoMay = (capability: Capability): string => {
  const { allows, roles, installationOnly } = ruleOf(capability);
  const where = installationOnly === true ? " of the installation's own tenant" : '';
  return `To ${allows} needs the capability ${capability}, which these roles${where} have: ${roles.join(', ')}.`;
};
