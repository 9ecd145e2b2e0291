/** What is documented of one kind of problem. All that a client may rely on, beside the fields of the answer itself. */
export interface ProblemKind {
  readonly status: number;
  /** The same for every occurrence (RFC 9457); what differs stands in `detail`. */
  readonly title: string;
  readonly meaning: string;
  readonly cure: string;
}

/**
 * Every code that an answer can carry, by the last part of its `type`. A code lives for ever: clients branch on it.
 * A code that is thrown anywhere and missing here fails `test/house/problems.spec.ts`.
 */
export const PROBLEMS = {
  'address-too-long': {
    status: 414,
    title: 'The address is too long',
    meaning: 'A part of the address is longer than 255 characters; no id is.',
    cure: 'Take ids from answers, and send long text in the body.',
  },
  'alert-acknowledged': {
    status: 409,
    title: 'The alert is acknowledged',
    meaning: 'An acknowledged alert has done its work, so there is nothing left to snooze.',
    cure: 'Leave it. A new miss opens an alert of its own.',
  },
  'alert-not-found': {
    status: 404,
    title: 'No such alert',
    meaning: 'No alert of yours has the id in the address.',
    cure: 'Take ids from GET /v1/alerts or from the live stream.',
  },
  'alert-resolved': {
    status: 409,
    title: 'The alert is resolved',
    meaning:
      'The customer was answered, the deadline was missed or moved away, or the request was settled: the alert closed by itself.',
    cure: 'Nothing is left to do with it. A missed deadline has an alert of its own; one that is near again raises this one.',
  },
  'api-key-ended': {
    status: 409,
    title: 'The key has ended',
    meaning: 'Only a key that is in force, and that no newer one replaces, can be rotated.',
    cure: 'Issue a new key with POST /v1/api-keys, or rotate the newer one.',
  },
  'api-key-not-found': {
    status: 404,
    title: 'No such API key',
    meaning: 'No key of your tenant has the id in the address.',
    cure: 'Take ids from GET /v1/api-keys.',
  },
  'bad-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The address or the message is not valid HTTP, for example because of a percent sign without its digits.',
    cure: 'Encode the address, and send the request with an HTTP client instead of by hand.',
  },
  'breach-annulled-already': {
    status: 409,
    title: 'The breach is annulled already',
    meaning: 'A breach is annulled once; the reason and evidence of then stand.',
    cure: 'Add what is new as a note.',
  },
  'built-in': {
    status: 409,
    title: 'Built-in definitions stay as they are',
    meaning:
      'The id belongs to a calendar or policy that comes with Ledgerdesk. Promises refer to it, so it never changes.',
    cure: 'Publish yours under another id.',
  },
  busy: {
    status: 409,
    title: 'Others keep changing this resource',
    meaning: 'Each attempt to record the command met a newer revision, ten times in a row. Nothing was recorded.',
    cure: 'Send the same command again, with the same Idempotency-Key.',
  },
  'calendar-not-found': {
    status: 404,
    title: 'No such calendar',
    meaning: 'No calendar, built in or yours, has this id, or it has no such version.',
    cure: 'GET /v1/calendars lists the ids, GET /v1/calendars/{id}/versions the versions of one.',
  },
  'clock-paused-already': {
    status: 409,
    title: 'The clock is paused for this reason already',
    meaning: 'A pause has one reason and one end. The one for this reason has not ended yet.',
    cure: 'Resume it first, or pause for another reason: pauses may overlap.',
  },
  'clock-running': {
    status: 409,
    title: 'The clock is not paused',
    meaning: 'No pause, or none for the reason given, is open, so there is nothing to resume.',
    cure: "Look at `pauses` in the request's view: those whose `to` is null are open.",
  },
  'cross-site': {
    status: 403,
    title: 'Another site sent this',
    meaning:
      'The browser has a session here, but what changes something must be sent by the pages of Ledgerdesk itself.',
    cure: 'Do it from the pages of Ledgerdesk, or send an API key with the header Authorization: Bearer <key>.',
  },
  'customer-not-found': {
    status: 404,
    title: 'No such customer',
    meaning: 'No customer of yours has the id in the address.',
    cure: 'Register the customer with PUT /v1/customers/{id}.',
  },
  'deadline-unreachable': {
    status: 409,
    title: 'No deadline can be computed',
    meaning:
      'The calendar has not enough open time after this instant, within the years searched, to spend the budget.',
    cure: 'Publish a version of the calendar that opens again, then send the command again.',
  },
  'duplicate-header': {
    status: 400,
    title: 'A header was sent twice',
    meaning: 'The header says who asks, for what, or under which condition, and it came with two values.',
    cure: 'Send it once. Tags of If-Match stand in one header, with commas between them.',
  },
  'event-store-unavailable': {
    status: 503,
    title: 'The event store cannot be used at the moment',
    meaning: 'The command was not recorded, for example because the disk is full or the server is away.',
    cure: 'Try again after the seconds in Retry-After, with the same Idempotency-Key. GET /health/ready tells which part fails.',
  },
  'expectation-failed': {
    status: 417,
    title: 'The expectation cannot be met',
    meaning: 'The header Expect asks for something that this server does not know.',
    cure: 'Send no Expect header, or 100-continue.',
  },
  forbidden: {
    status: 403,
    title: 'Your role does not allow this',
    meaning:
      'The key is valid, but its role lacks a capability that the command or view needs. `detail` names the capability and the roles that have it.',
    cure: 'Ask whoever manages the keys of your tenant for one with such a role, or let somebody who has it do this.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'All headers together are larger than 16 KiB.',
    cure: 'Send fewer or shorter headers.',
  },
  'idempotency-key-invalid': {
    status: 422,
    title: 'The Idempotency-Key is malformed',
    meaning: 'An Idempotency-Key has 1 to 255 printable ASCII characters.',
    cure: 'Send a UUID, or any text of that kind that is yours alone.',
  },
  'idempotency-key-reused': {
    status: 409,
    title: 'The Idempotency-Key was used for another command',
    meaning:
      'A key stands for one command for ever. This one came before with another body, address or method. The key of an imported ticket is where it comes from, whatever the header says.',
    cure: 'Send a new key with a new command. To repeat a command, send it exactly as before. Go on with an imported ticket here.',
  },
  'installation-tenant': {
    status: 409,
    title: "This tenant is the installation's own",
    meaning:
      'The installation itself is a tenant of this id, from its first start on. It is neither put nor suspended.',
    cure: 'Choose another id.',
  },
  internal: {
    status: 500,
    title: 'Ledgerdesk failed',
    meaning: 'Something happened that nobody foresaw. It is a defect of Ledgerdesk, and its log has the whole story.',
    cure: 'Send the same command again with the same Idempotency-Key; report the log entry if it persists.',
  },
  'invalid-budget': {
    status: 422,
    title: 'The budget is no time span',
    meaning: 'A budget is a whole number of milliseconds above zero.',
    cure: 'Send another budget.',
  },
  'invalid-calendar': {
    status: 422,
    title: 'The calendar cannot be used',
    meaning: 'The listed fields of the calendar are wrong, so no open time can be counted by it.',
    cure: 'Correct every entry of `errors`; each one points at its field.',
  },
  'issuer-unavailable': {
    status: 503,
    title: 'The issuer of access tokens cannot be reached',
    meaning: 'The keys that tell a good access token from a forged one cannot be had from the issuer at the moment.',
    cure: 'Try again after the seconds in Retry-After, or send an API key: those go on working.',
  },
  'last-administrator-key': {
    status: 409,
    title: "The last administrator's key stays",
    meaning: 'Without this key nobody could manage the keys of the tenant any more, or not for as long.',
    cure: 'Issue or rotate a key of the role administrator first, then revoke this one.',
  },
  'last-event-id-invalid': {
    status: 422,
    title: 'The Last-Event-ID is none of this stream',
    meaning: 'A stream resumes after the id of an event that it sent.',
    cure: 'Send the last id you saw, unchanged, or no Last-Event-ID to begin with what comes next.',
  },
  'merge-across-classes': {
    status: 409,
    title: 'Only one of the requests is about fraud',
    meaning: 'A request about fraud is for few to see; a merge would let others read what it was owed.',
    cure: 'Leave them apart, or file the other one as fraud too and close it.',
  },
  'merge-across-customers': {
    status: 409,
    title: 'The requests are of two customers',
    meaning: 'A merge hands over what a customer is owed, and lets the other request’s readers see it.',
    cure: 'Leave them apart. If one was filed for the wrong customer, file it again for the right one and close it.',
  },
  'merge-cycle': {
    status: 409,
    title: 'The requests are being merged the other way round',
    meaning: 'The request named by `into` is about to become a duplicate of this one.',
    cure: 'Leave it: one of the two already stays.',
  },
  'merge-into-itself': {
    status: 409,
    title: 'A request cannot be merged into itself',
    meaning: 'The request to merge and the one to merge it into are the same.',
    cure: 'Send the id of the other one as `into`.',
  },
  'line-depends-on-failed': {
    status: 424,
    title: 'The line builds on one that failed',
    meaning: 'Its path names the key of a line of the same batch that made nothing.',
    cure: 'Mend that line and send both again, with the same keys.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The address does not answer to this method',
    meaning: 'There is something at this address, but not for this method.',
    cure: 'Use one of the methods in the Allow header.',
  },
  'no-rule-fits': {
    status: 409,
    title: 'No rule of the policy fits any more',
    meaning: 'No rule of the policy version that the service request was promised under fits it with this change.',
    cure: 'Choose another value. In the next version of the policy, let the last rule fit everything.',
  },
  'not-acceptable': {
    status: 406,
    title: 'No acceptable representation',
    meaning: 'The Accept header excludes every media type that this address can answer with.',
    cure: 'Accept one of the media types that `detail` names, or send no Accept header.',
  },
  'not-breached': {
    status: 409,
    title: 'There is no breach to annul',
    meaning: 'Only a recorded breach can be annulled, and this promise has none.',
    cure: "Look at `state` of the obligation in the request's view.",
  },
  'not-filed-yet': {
    status: 404,
    title: 'The service request had not been filed by then',
    meaning: 'The instant in asOf lies before the first event of this service request.',
    cure: 'Ask for an instant at or after filedAt.',
  },
  'not-found': {
    status: 404,
    title: 'Nothing at this address',
    meaning: 'No route has this address.',
    cure: 'Compare the address with the list at GET /docs. Everything but health and the pages that explain is under /v1.',
  },
  'not-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body does not parse as JSON, or tries to set a prototype.',
    cure: 'Send one valid JSON object.',
  },
  'nothing-newer': {
    status: 409,
    title: 'The obligation follows the newest versions',
    meaning: 'No version of the policy or of the calendar is newer than those that the promise was made under.',
    cure: 'Publish a new version first, or leave the promise as it is.',
  },
  'obligation-not-found': {
    status: 404,
    title: 'No such obligation',
    meaning: 'The service request has no promise of this kind with this cycle.',
    cure: "Take `kind` and `cycle` from `obligations` in the request's view.",
  },
  'obligation-settled': {
    status: 409,
    title: 'The obligation is kept or missed',
    meaning: 'A promise that was kept, or whose deadline has passed, keeps the deadline that it was judged by.',
    cure: 'Leave it. A miss that was none can be annulled with evidence.',
  },
  'on-behalf-of-invalid': {
    status: 422,
    title: 'The Ledgerdesk-On-Behalf-Of is malformed',
    meaning: 'The id of the person a service acts for has 1 to 128 printable ASCII characters.',
    cure: 'Send the id that the person has with you, percent-encoded if it has other characters.',
  },
  overloaded: {
    status: 503,
    title: 'Too much at once',
    meaning: 'Commands come faster than they can be done, so this one was refused at once instead of making all wait.',
    cure: 'Send it again, with the same Idempotency-Key, after the seconds of Retry-After; wait longer each time.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'The outcome is not known',
    meaning: 'The event store did not confirm in time, so the command may have been recorded or not.',
    cure: 'Send the same command again with the same Idempotency-Key: it takes effect once, and the answer tells.',
  },
  'policy-not-found': {
    status: 404,
    title: 'No such policy',
    meaning: 'No policy, built in or yours, has this id, or it has no such version.',
    cure: 'GET /v1/sla/policies lists the ids, GET /v1/sla/policies/{id}/versions the versions of one.',
  },
  'precondition-required': {
    status: 428,
    title: 'Say which revision you change',
    meaning: 'What is at this address exists, and is changed only by who has seen how it is.',
    cure: 'Read it, and send its ETag as If-Match; If-Match: * changes it whatever it is.',
  },
  'projection-not-found': {
    status: 404,
    title: 'No such projection',
    meaning: 'No read model has this name.',
    cure: 'GET /v1/projections lists them.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'The key has sent more requests than it may in this time. RateLimit-Policy tells how many, and in how many seconds.',
    cure: 'Try again after the seconds in Retry-After. RateLimit tells in each answer how many are left.',
  },
  'read-model-behind': {
    status: 503,
    title: 'The read model has not got there yet',
    meaning:
      'The read waited five seconds, or as long as Prefer: wait says, for the position in waitFor, and the read model has not reached it.',
    cure: 'Try again after the seconds in Retry-After. GET /v1/projections tells how far behind it is.',
  },
  'revision-mismatch': {
    status: 412,
    title: 'The revision does not match',
    meaning:
      'If-Match names no revision that the resource is at, or no strong tag; or If-None-Match: * was sent for what exists. Nothing was recorded.',
    cure: 'Read the resource again, look at what changed, and send its ETag as If-Match.',
  },
  'role-not-yours-to-give': {
    status: 403,
    title: 'Keys of this role are not yours to manage',
    meaning:
      'Whoever manages keys does so for certain roles only, so that nobody makes a key that may more than they. `detail` names them.',
    cure: 'Let an administrator do it, or choose another role.',
  },
  'role-unknown': {
    status: 403,
    title: 'The access token has no role here',
    meaning:
      'The access token is valid, but its claim `ledgerdesk_role` is missing or names a role that is not known here.',
    cure: 'Ask whoever runs your identity provider to send a role that `detail` names.',
  },
  'service-request-merged': {
    status: 409,
    title: 'The service request was merged into another one',
    meaning: 'It is settled as a duplicate; what it is owed is owed on the other one, for good.',
    cure: 'Go on with the request named by `mergedInto` in its view.',
  },
  'service-request-not-found': {
    status: 404,
    title: 'No such service request',
    meaning: 'No service request of yours has the id in the address.',
    cure: 'Take ids from the answer to the filing or from GET /v1/service-requests, which finds a number too: ?number=SR-….',
  },
  'service-request-open': {
    status: 409,
    title: 'The service request is open',
    meaning: 'Only a resolved or closed service request can be reopened.',
    cure: 'Go on working on it as it is.',
  },
  'service-request-settled': {
    status: 409,
    title: 'The service request is resolved or closed',
    meaning: 'The command needs an open service request, and this one is settled.',
    cure: 'Reopen it first with POST /v1/service-requests/{id}/reopenings.',
  },
  'tenant-not-found': {
    status: 404,
    title: 'No such tenant',
    meaning: 'No tenant has the id in the address.',
    cure: 'Take ids from GET /v1/tenants, or register it with PUT /v1/tenants/{tenantId}.',
  },
  'tenant-suspended': {
    status: 403,
    title: 'The tenant is suspended',
    meaning: 'The key is valid, but nobody of its tenant may do anything at the moment. Deadlines go on.',
    cure: 'Ask whoever runs this installation to reactivate the tenant.',
  },
  'tenant-unknown': {
    status: 403,
    title: 'The access token has no tenant here',
    meaning:
      'The access token is valid, but its claim `ledgerdesk_tenant` is missing or names a tenant that is not registered.',
    cure: 'Register the tenant with PUT /v1/tenants/{tenantId}, or have your identity provider send one that is.',
  },
  timeout: {
    status: 408,
    title: 'The request took too long',
    meaning: 'The request did not arrive whole within 30 seconds.',
    cure: 'Send it again, in one go.',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    meaning: 'The body is larger than this address takes, or what it would record is larger than an event may be.',
    cure: 'Send less text.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid API key or access token is needed',
    meaning: 'The request has no API key or access token, or one that is not known or valid here.',
    cure: 'Send your key or token with the header Authorization: Bearer <key>.',
  },
  'unknown-time-zone': {
    status: 422,
    title: 'No such time zone',
    meaning: 'The time zone data of this server does not have the zone.',
    cure: 'Send an IANA id, for example Asia/Seoul.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    meaning: 'The address does not take a body of this media type.',
    cure: 'Send JSON, with the header Content-Type: application/json. Where a file is asked for, `detail` names its type.',
  },
  validation: {
    status: 422,
    title: 'A field is wrong',
    meaning: 'The body, the query or the address has fields that are wrong, missing or unknown. Nothing was recorded.',
    cure: 'Correct every entry of `errors`; each one points at its field and says what would be right.',
  },
  'what-if-merged': {
    status: 409,
    title: 'A merge cannot be told by one request',
    meaning: 'The request took part in a merge, so what it lived through depends on another request too.',
    cure: 'Write the scenario yourself, with a merge step that says when and how the duplicate was filed.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
