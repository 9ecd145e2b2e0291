import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evolveRecorded, type StoredEvent } from '#aggregates';
import { checksOf } from '../domain/check-deadline.js';
import { isSettled, notFiled, type ServiceRequest } from '../domain/service-request.state.js';
import { serviceRequestType } from '../service-request.type.js';
import { FOLLOWED } from './followed-events.js';

const FOLDER = join(__dirname, '../../../../test/golden-streams/streams');

const histories = readdirSync(FOLDER)
  .filter((name) => name.startsWith('request-'))
  .map((name) => ({
    name,
    ...(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as {
      readonly events: readonly (StoredEvent & { readonly recordedAt: string })[];
    }),
  }));

/** Every instant after `now` to ask at, and what about. */
const instantsOf = (request: ServiceRequest, now: string): readonly string[] =>
  request.status === 'notFiled'
    ? []
    : request.obligations.flatMap((obligation) =>
        checksOf(obligation, isSettled(request))
          .filter((at) => at > now)
          .map((at) => `${obligation.kind} ${obligation.cycle} r${obligation.revision} ${at}`),
      );

describe('what timers follow', () => {
  it.each(histories)('is every event of $name that brings an instant to ask at', ({ events }) => {
    const bringing = new Set<string>();
    let request: ServiceRequest = notFiled;
    for (const event of events) {
      const before = new Set(instantsOf(request, event.recordedAt));
      request = evolveRecorded(serviceRequestType, request, event);
      if (instantsOf(request, event.recordedAt).some((instant) => !before.has(instant))) bringing.add(event.type);
    }
    expect([...bringing].filter((type) => !FOLLOWED.some((followed) => followed === type))).toEqual([]);
  });
});
