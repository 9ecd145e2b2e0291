import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type EventStore, MemoryEventStore } from '#event-store';
import { DomainError, messageOf, systemClock, type TenantId } from '#kernel';
import type { Obligation } from '#service-request';
import {
  recordedScenario,
  type RecordedTimers,
  runWhatIf,
  sentScenario,
  type WhatIfOutcome,
  whatIfView,
} from '#what-if';
import { catalogueOf } from './catalogue.js';
import { describeEvent } from './describe-event.js';
import { readRequest } from './read-request.js';
import { openStore } from './open-store.js';
import { paintEvent, type Palette } from './paint.js';
import { table } from './table.js';
import { timeline } from './timeline.js';
import { UsageError } from './usage-error.js';

export interface WhatIfOptions {
  readonly data: string;
  readonly tenant: string;
  readonly json?: boolean;
}

/** Policies and calendars that were published; where there is no store, those that are built in. */
const published = (data: string): EventStore =>
  existsSync(join(data, 'events.db')) ? openStore(data) : new MemoryEventStore();

/** What was meant for an API caller, for someone at a terminal. */
const toUsage = (error: unknown): unknown => {
  if (!(error instanceof DomainError)) return error;
  const wrong = (error.details.errors ?? []).map(({ pointer, detail }) => `\n  ${pointer}  ${detail}`);
  return new UsageError(`${error.message}${wrong.join('')}`, { cause: error });
};

const readScenario = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(
      `No scenario can be read from ${file === '-' ? 'standard input' : file} (${messageOf(cause)}).`,
      {
        cause,
      },
    );
  }
};

const named = (kind: string, cycle: number): string => (cycle === 1 ? kind : `${kind} no. ${cycle}`);

const verdict = ({ kind, cycle, state, serviceLevelAgreement, breach, respondedAt }: Obligation): readonly string[] => [
  named(kind, cycle),
  state,
  breach?.dueAt ?? serviceLevelAgreement.expirationTime ?? 'no due time while paused',
  breach?.detectedAt ?? '',
  respondedAt ?? '',
];

/** The way to a deadline, with what came of it. */
const drawn = (
  { obligation, explanation, timeZone }: WhatIfOutcome['explanations'][number],
  palette: Palette,
): readonly string[] => {
  const { kind, cycle, serviceLevelAgreement, breach, respondedAt } = obligation;
  const marks = [
    { at: breach?.dueAt ?? serviceLevelAgreement.expirationTime, sign: '◆', label: 'due' },
    { at: respondedAt, sign: '●', label: 'answered' },
    { at: breach?.detectedAt, sign: '✕', label: 'miss found' },
  ].flatMap(({ at, ...mark }) => (at ? [{ at, ...mark }] : []));
  return ['', palette.bold(named(kind, cycle)), ...timeline(explanation.rows, { timeZone, marks })];
};

const shown = ({ events, request, explanations }: WhatIfOutcome, palette: Palette): readonly string[] => {
  const rows = events.map((event) => [event.recordedAt, event.type, describeEvent(event)]);
  const [head = '', ...lines] = table(['at', 'event', 'what'], rows);
  const [promises = '', ...verdicts] = table(
    ['promise', 'state', 'due', 'miss found', 'answered'],
    request.obligations.map(verdict),
  );
  return [
    palette.bold(head),
    ...lines.map((line, index) => paintEvent(events[index]?.type ?? '', palette)(line)),
    '',
    palette.bold(promises),
    ...verdicts,
    ...explanations.flatMap((one) => drawn(one, palette)),
  ];
};

/** Runs a scenario on the policies of a data folder, without recording anything. @throws UsageError */
export const whatIf = async (file: string, options: WhatIfOptions, palette: Palette): Promise<readonly string[]> => {
  const sent = await readScenario(file);
  const events = published(options.data);
  try {
    const tenantId = options.tenant as TenantId; // as the operator says
    const catalogue = catalogueOf(events);
    const outcome = await runWhatIf(sentScenario(sent), { tenantId, catalogue, now: systemClock.now() });
    return options.json === true ? [JSON.stringify(whatIfView(outcome))] : shown(outcome, palette);
  } catch (error) {
    throw toUsage(error);
  } finally {
    await events.close();
  }
};

export interface ScenarioOptions {
  readonly data: string;
  readonly tenant: string;
  readonly timers: RecordedTimers;
}

/** What a recorded request has lived through, as a scenario to change and run. @throws UsageError */
export const scenario = async (
  named: string,
  { data, tenant, timers }: ScenarioOptions,
): Promise<readonly string[]> => {
  const events = openStore(data);
  try {
    const history = await readRequest(events, tenant, named);
    return [JSON.stringify(recordedScenario(history, timers, systemClock.now()), undefined, 2)];
  } catch (error) {
    throw toUsage(error);
  } finally {
    await events.close();
  }
};
