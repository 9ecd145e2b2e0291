import { streamName } from '#aggregates';
import { type EventStore, type RecordedEvent, StreamNotFoundError } from '#event-store';
import { isUuid } from '#kernel';
import { serviceRequestType } from '#service-request';
import { UsageError } from './usage-error.js';

const PAGE = 1_000;
const SHOWN = 5;

interface Found {
  readonly id: string;
  readonly number: string;
}

const noSuchRequest = (tenant: string, named: string): UsageError => {
  const list = `ledgerdesk replay --type RequestFiled${tenant === 'default' ? '' : ` --tenant ${tenant}`}`;
  return new UsageError(
    `Tenant ${tenant} has no service request ${named}. \`${list}\` lists them; --tenant names another tenant.`,
  );
};

const filedIn = (tenant: string, { stream, data: { number } }: RecordedEvent): Found | undefined => {
  const prefix = streamName(serviceRequestType, tenant, '');
  if (!stream.startsWith(prefix) || typeof number !== 'string') return undefined;
  return { id: stream.slice(prefix.length), number };
};

const findRequest = async (events: EventStore, tenant: string, named: string): Promise<string> => {
  const name = named.toLowerCase();
  if (isUuid(name)) return name;
  const found: Found[] = [];
  for (let after = '0', more = true; more;) {
    const page = await events.readAll({ after, limit: PAGE, types: ['RequestFiled'] });
    for (const event of page) {
      const request = filedIn(tenant, event);
      if (request?.number.toLowerCase() === name) return request.id;
      if (request?.id.startsWith(name) && found.length <= SHOWN) found.push(request);
    }
    after = page.at(-1)?.position ?? after;
    more = page.length === PAGE;
  }
  const [only, other] = found;
  if (only === undefined) throw noSuchRequest(tenant, named);
  if (other === undefined) return only.id;
  const some = found.slice(0, SHOWN).map(({ id, number }) => `${number} ${id}`);
  throw new UsageError(
    `Several service requests begin with ${named}; give more of the id. They are: ${some.join(', ')}`,
  );
};

/**
 * Every event, in order, of a request that is named by its id, by the first characters of it or by its number.
 * @throws UsageError when none or several fit
 */
export const readRequest = async (
  events: EventStore,
  tenant: string,
  named: string,
): Promise<readonly RecordedEvent[]> => {
  try {
    return await events.readStream(streamName(serviceRequestType, tenant, await findRequest(events, tenant, named)));
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
    throw noSuchRequest(tenant, named);
  }
};
