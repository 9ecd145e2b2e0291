import type { RecordedEvent } from '#event-store';
import { instantToMs, type Instant } from '#kernel';
import { printable } from './table.js';

type Data = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** The two largest units that say something: `2 h`, `1 min 30 s`, `19 ms`. */
export const humanDuration = (ms: number): string => {
  if (ms < 1_000) return `${ms} ms`;
  let rest = ms;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
};

/** A time that adds up, to the millisecond and in hours at most: a day of open time is no day of the calendar. */
export const humanBudget = (ms: number): string => {
  const [hours, minutes, rest] = [Math.floor(ms / 3_600_000), Math.floor((ms % 3_600_000) / 60_000), ms % 60_000];
  const seconds = rest < 1_000 ? `${rest} ms` : `${rest / 1_000} s`;
  const parts = [hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`, rest > 0 && seconds];
  return parts.filter((part) => part !== false).join(' ') || '0 ms';
};

/** `programFirstResponse`, and from the second cycle on which one. */
const promise = ({ kind, cycle }: Data): string => `${text(kind)}${cycle === 1 ? '' : ` no. ${text(cycle)}`}`;

/** Which promise is meant, where it is not the one that every request has. */
const ofPromise = (data: Data): string => {
  const named = promise(data);
  return named === 'programFirstResponse' ? '' : `${named}: `;
};

const due = (data: Data): string => {
  const { serviceLevelAgreement, policy, calendar, revision } = data;
  const { expirationTime, slaMinutes } = serviceLevelAgreement as { expirationTime: string | null; slaMinutes: number };
  const [of, on] = [policy, calendar] as { id: string; version: number }[];
  const promise = `${humanBudget(Math.round(slaMinutes * 60_000))} by ${of?.id} v${of?.version} on ${on?.id} v${on?.version}`;
  return `${ofPromise(data)}${expirationTime === null ? 'paused' : `due ${expirationTime}`} (${promise}, deadline no. ${text(revision)})`;
};

/** What put a deadline into the past: the miss was found there and then. */
const CHANGES: Readonly<Record<string, string>> = {
  severityChange: 'the severity changed',
  languageChange: 'the language changed',
  reevaluation: 'it was re-evaluated',
};

const late = (data: Data): string => {
  const { kind, dueAt, detectedAt, cause, respondedAt } = data;
  const wait = humanDuration(instantToMs(detectedAt as Instant) - instantToMs(dueAt as Instant));
  const change = CHANGES[text(cause)];
  const found = change === undefined ? `found ${wait} after (${text(cause)})` : `${wait} before ${change}`;
  const done = kind === 'resolution' ? 'resolved' : 'answered';
  const answered = respondedAt === null ? `not ${done}` : `${done} ${text(respondedAt)}`;
  return `${ofPromise(data)}was due ${text(dueAt)}, ${found}, ${answered}`;
};

const named = ({ displayName, primaryDomain }: Data): string => `${text(displayName)} (${text(primaryDomain)})`;

const effect = ({ publishedAt, effectiveFrom = publishedAt }: Data): string =>
  effectiveFrom === publishedAt ? '' : `, in force from ${text(effectiveFrom)}`;

const published = (data: Data): string =>
  `v${text(data['version'])}: ${text((data['definition'] as Data)['displayName'])}${effect(data)}`;

const imported = (data: Data): string => {
  const { version, dates, from, to } = data;
  return `v${text(version)}: ${(dates as string[]).length} holidays between ${text(from)} and ${text(to)}${effect(data)}`;
};

/** What an answer keeps, and how long it took on the clock of that promise; before it was measured, nothing. */
const after = (answers: unknown): string => {
  const known = ((answers ?? []) as Data[]).flatMap((answer) => {
    const { elapsedMs } = answer;
    return typeof elapsedMs === 'number' ? [`${promise(answer)} after ${humanDuration(elapsedMs)}`] : [];
  });
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
};

const beforeDue = ({ untilDueMs }: Data): string =>
  typeof untilDueMs === 'number' ? `, ${humanDuration(untilDueMs)} before due` : '';

const why = (reason: unknown): string => (reason === undefined ? '' : `: ${text(reason)}`);

const assigned = (data: Data): string => {
  const { impact, from, reason } = data;
  const change = from === undefined ? text(impact) : `${text(from)} to ${text(impact)}`;
  return change + why(reason) + beforeDue(data);
};

const versions = (value: unknown): string => {
  const { policy, calendar, tzdata } = value as Record<'policy' | 'calendar', { id: string; version: number }> & Data;
  return `${policy.id} v${policy.version} on ${calendar.id} v${calendar.version}, zones ${text(tzdata)}`;
};

const origin = (importedFrom: unknown): string => {
  if (importedFrom === undefined) return '';
  const { system, externalId } = importedFrom as Data;
  return ` (imported from ${text(system)}, ${text(externalId)} there)`;
};

/** By wire name. */
export const DESCRIPTIONS: Readonly<Record<string, (data: Data) => string>> = {
  RequestFiled: ({ number, title, customerId, importedFrom }) =>
    `${text(number)} for ${text(customerId)}: ${text(title)}${origin(importedFrom)}`,
  SeverityAssigned: assigned,
  FirstResponseDue: due,
  NextResponseDue: due,
  ResolutionDue: due,
  DeadlineApproaching: (data) => `${promise(data)}: ${text(data['percent'])} % passed, due ${text(data['dueAt'])}`,
  ResolutionBreached: late,
  BreachAnnulled: (data) => `${promise(data)}: ${text(data['reason'])} (${text(data['evidence'])})`,
  ObligationReevaluated: (data) =>
    `${promise(data)}: ${text(data['reason'])}, from ${versions(data['from'])} to ${versions(data['to'])}`,
  ClockPaused: (data) => `${text(data['reason'])} from ${text(data['pausedAt'])}${beforeDue(data)}`,
  ClockResumed: ({ reasons, resumedAt }) => `${(reasons as string[]).join(', ')} ended ${text(resumedAt)}`,
  LanguageChanged: (data) =>
    `${text(data['from'])} to ${text(data['preferredSupportLanguage'])}${why(data['reason'])}${beforeDue(data)}`,
  DuplicateAbsorbed: ({ duplicateId }) => `takes over ${text(duplicateId)}`,
  RequestMerged: ({ into }) => `into ${text(into)}`,
  FirstResponseGiven: ({ text: said, answers }) => `${text(said)}${after(answers)}`,
  ResponseGiven: ({ text: said, answers }) => `${text(said)}${after(answers)}`,
  ResponseBreached: late,
  Escalated: ({ to, reason, note, obligation }) =>
    `${obligation === undefined ? '' : ofPromise(obligation as Data)}to ${text(to)} (${text(reason)})${why(note)}`,
  NoteAdded: ({ visibility, text: said }) => `${text(visibility)}: ${text(said)}`,
  RequestResolved: ({ summary, resolves }) => `${text(summary)}${after(resolves)}`,
  RequestClosed: ({ reason }) => text(reason),
  RequestReopened: ({ reason }) => text(reason),
  AlertOpened: ({ kind, number, to, title }) => `${text(kind)} of ${text(number)} to ${text(to)}: ${text(title)}`,
  AlertRaised: ({ percent, dueAt }) => `${text(percent)} % passed, due ${text(dueAt)}`,
  AlertAcknowledged: ({ by }) => `by ${text(by)}`,
  AlertResolved: ({ because }) => text(because),
  AlertSnoozed: ({ until, by }) => `until ${text(until)} by ${text(by)}`,
  CustomerRegistered: named,
  CustomerUpdated: named,
  SlaPolicyPublished: published,
  CalendarPublished: published,
  HolidaysImported: imported,
  ProjectionRebuildRequested: ({ projection }) => text(projection),
  CommandHadNoEffect: () => 'repeatable by its key, and nothing was left to change',
  ApiKeyIssued: ({ role, keyId, name }) =>
    `${text(role)}, key ${text(keyId)}${name === undefined ? '' : `: ${text(name)}`}`,
  ApiKeyRotated: ({ keyId, replacedBy, endsAt }) => `key ${text(keyId)} ends ${text(endsAt)}, then ${text(replacedBy)}`,
  TenantRegistered: ({ tenantId, displayName }) => `${text(tenantId)}: ${text(displayName)}`,
  TenantRenamed: ({ tenantId, displayName }) => `${text(tenantId)}: ${text(displayName)}`,
  TenantSuspended: ({ tenantId, reason }) => `${text(tenantId)}: ${text(reason)}`,
  TenantReactivated: ({ tenantId, reason }) => `${text(tenantId)}: ${text(reason)}`,
  ApiKeyRevoked: ({ keyId, reason }) => `key ${text(keyId)}: ${text(reason)}`,
};

/** One line on what an event says; of one that has no words of its own, its data. */
export const describeEvent = ({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): string =>
  printable(DESCRIPTIONS[type]?.(data) ?? JSON.stringify(data));
