import { streamName } from '#aggregates';
import { type RequestId, systemClock, type TenantId } from '#kernel';
import {
  DeadlineExplanations,
  type ExplainedObligation,
  RULES_IN_WORDS,
  ServiceRequestStore,
  serviceRequestType,
} from '#service-request';
import { catalogueOf } from './catalogue.js';
import { humanBudget } from './describe-event.js';
import { openStore } from './open-store.js';
import type { Palette } from './paint.js';
import { readRequest } from './read-request.js';
import { rowsTable } from './rows-table.js';
import { localTime, timeline } from './timeline.js';

export interface ExplainOptions {
  readonly data: string;
  readonly tenant: string;
  readonly json?: boolean;
}

const VERDICTS = new Map<boolean | null, string>([
  [true, 'it comes out again as recorded'],
  [false, 'IT DOES NOT COME OUT AGAIN AS RECORDED'],
  [null, 'recorded before zone rules were kept, so not verified'],
]);

/** What set the deadline: of one that a merge handed over, where it was made. */
const origin = ({ explanation: { cause }, takenOverFrom }: ExplainedObligation): string =>
  takenOverFrom === undefined ? cause : `${cause} of ${takenOverFrom}, which was merged into this request`;

const lines = (explained: ExplainedObligation, palette: Palette): readonly string[] => {
  const { obligation, explanation, timeZone } = explained;
  const { kind, cycle, revision, state, policy, calendar, tzdata, serviceLevelAgreement } = obligation;
  const due = serviceLevelAgreement.expirationTime;
  const marks = due === null ? [] : [{ at: due, sign: '◆', label: 'due' }];
  const when =
    due === null ? 'paused: not due before the pause ends' : `due ${due}, ${localTime(due, timeZone)} in ${timeZone}`;
  return [
    palette.bold(`${kind} no. ${cycle}, ${state}: ${when}`),
    `deadline no. ${revision}, set by ${origin(explained)}`,
    `${RULES_IN_WORDS[explanation.rule]} ${humanBudget(Math.round(serviceLevelAgreement.slaMinutes * 60_000))} by ${policy.id}; ${humanBudget(explanation.countedMs)} of open time counted.`,
    `${policy.id} v${policy.version} on ${calendar.id} v${calendar.version}, zone data ${tzdata}; ${VERDICTS.get(explanation.verified) ?? ''}`,
    '',
    ...timeline(explanation.rows, { timeZone, marks }),
    '',
    ...rowsTable(explanation.rows, timeZone, explanation.specialDates),
    '',
  ];
};

/** How the newest deadline of each promise of a request came about, and whether it comes out again. @throws UsageError */
export const explain = async (named: string, options: ExplainOptions, palette: Palette): Promise<readonly string[]> => {
  const { data, tenant, json } = options;
  const events = openStore(data);
  try {
    const tenantId = tenant as TenantId; // as the operator says
    const [filed] = await readRequest(events, tenant, named);
    const id = filed?.stream.slice(streamName(serviceRequestType, tenantId, '').length) as RequestId; // of that stream
    const requests = new ServiceRequestStore(events, systemClock);
    const state = (await requests.find(tenantId, id))?.state;
    const obligations = state === undefined || state.status === 'notFiled' ? [] : state.obligations;
    const explanations = new DeadlineExplanations(events, requests, catalogueOf(events));
    const explained = await Promise.all(obligations.map((key) => explanations.explain(tenantId, id, key)));
    return json === true
      ? explained.map((one) => JSON.stringify(one))
      : explained.flatMap((one) => lines(one, palette)).slice(0, -1);
  } finally {
    await events.close();
  }
};
