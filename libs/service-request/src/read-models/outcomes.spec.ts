import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evolveRecorded } from '#aggregates';
import type { RecordedEvent } from '#event-store';
import { notFiled, type ServiceRequest } from '../domain/service-request.state.js';
import { serviceRequestType } from '../service-request.type.js';
import { outcomesOf } from './outcomes.js';

const FOLDER = join(__dirname, '../../../../test/golden-streams/streams');

const histories = readdirSync(FOLDER)
  .filter((name) => name.startsWith('request-'))
  .map((name) => {
    const { events } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as { readonly events: RecordedEvent[] };
    return { name, events };
  });

/** What became of each promise, as its request tells it. */
const decidedIn = (request: ServiceRequest): readonly string[] =>
  request.status === 'notFiled'
    ? []
    : request.obligations
        .filter(({ state }) => state !== 'open' && state !== 'paused')
        .map(({ kind, cycle, state, respondedAt }) => `${kind} ${cycle} ${state} ${respondedAt ?? 'unanswered'}`);

describe('the outcomes of promises', () => {
  it.each(histories)('are noted at every event of $name that decides one', ({ events }) => {
    let request: ServiceRequest = notFiled;
    for (const event of events) {
      const before: ServiceRequest = request;
      request = evolveRecorded(serviceRequestType, before, event);
      const known = new Set(decidedIn(before));
      const news = decidedIn(request).filter((decided) => !known.has(decided));
      const noted = outcomesOf(before, request, event).map(
        ({ kind, cycle, outcome, responded_at }) => `${kind} ${cycle} ${outcome} ${responded_at ?? 'unanswered'}`,
      );
      expect({ type: event.type, missing: news.filter((decided) => !noted.includes(decided)) }).toEqual({
        type: event.type,
        missing: [],
      });
    }
  });
});
