/** Bodies that a reader may send as they are, in the order of a request's life; others are made from their schemas. */
export const REQUEST_EXAMPLES: Readonly<Record<string, unknown>> = {
  'put /v1/calendars/{calendarId}': {
    displayName: 'Our hours',
    timeZone: 'Europe/Berlin',
    week: {
      '1': [
        ['09:00', '12:00'],
        ['13:00', '18:00'],
      ],
      '2': [['09:00', '18:00']],
      '5': [['09:00', '15:00']],
    },
    holidays: ['2026-12-25'],
    overrides: { '2026-12-24': [['09:00', '12:00']] },
  },
  'put /v1/sla/policies/{policyId}': {
    displayName: 'Our promise',
    obligation: 'partnerFirstResponse',
    warnings: [50, 90],
    pausesOn: ['waitingOnCustomer'],
    rules: [
      { when: { impact: 'critical' }, budget: 'PT1H', calendarId: 'always' },
      { when: {}, budget: 'PT8H', calendarId: 'our-hours' },
    ],
    escalation: [{ after: 'PT0S', to: 'duty-manager' }],
  },
  'post /v1/sla/policies/check': {
    displayName: 'Our promise',
    obligation: 'partnerFirstResponse',
    rules: [{ when: {}, budget: 'PT8H', calendarId: 'always' }],
  },
  'post /v1/service-requests/{id}/severity': { impact: 'moderate', reason: 'Only one mailbox is affected.' },
  'post /v1/service-requests/{id}/pauses': { reason: 'waitingOnCustomer' },
  'post /v1/service-requests/{id}/escalations': { target: 'tier2', reason: 'The mail flow must be traced.' },
  'post /v1/service-requests/{id}/language': { preferredSupportLanguage: 'ko' },
  'post /v1/service-requests/{id}/closure': { reason: 'The customer has confirmed it.' },
  'post /v1/service-requests/{id}/reopenings': { reason: 'It happens again.' },
  'post /v1/service-requests/{id}/obligations/{kind}/{cycle}/annulment': {
    reason: 'The answer was given in time.',
    evidence: 'It was given by phone at 09:58; see note 3.',
  },
  'post /v1/service-requests/{id}/obligations/{kind}/{cycle}/reevaluation': {
    reason: 'The calendar lacked a holiday.',
  },
  'post /v1/imports': {
    system: 'old-desk',
    externalId: '2611210040001',
    filedAt: '2026-07-13T02:00:00.000Z',
    customerId: 'contoso',
    title: 'Mail does not arrive',
    impact: 'critical',
    timeline: [{ at: '2026-07-13T03:00:00.000Z', do: 'respond' }],
  },
  'post /v1/alerts/{alertId}/snooze': { until: '2099-01-01T08:00:00.000Z' },
  'post /v1/sla/quote': { calendarId: 'business-hours-ko', startTime: '2026-07-13T08:00:00.000Z', slaMinutes: 240 },
  'post /v1/sla/what-if': {
    filing: { at: '2026-07-13T00:00:00.000Z', impact: 'critical' },
    timeline: [{ at: '2026-07-13T02:30:00.000Z', do: 'respond' }],
    until: '2026-07-13T04:00:00.000Z',
  },
  'post /v1/api-keys/{keyId}/revocation': { reason: 'It was found in a log.' },
  'post /v1/tenants/{tenantId}/suspension': { reason: 'The contract has ended.' },
  'post /v1/tenants/{tenantId}/reactivation': { reason: 'The contract was renewed.' },
};
