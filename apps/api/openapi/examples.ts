import type { Schema } from './schema.js';

const UUID = '84a0cd70-6c2e-550a-bc11-cbee5c439d4d';

/** What a field of this name may hold; where the schema does not take it, the schema itself gives one. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  acknowledgedBy: ['key:01a1fcc3-4dbf-7166-be9e-d9b4675ff0e3'],
  budget: ['PT2H', 'critical:PT1M'],
  calendarId: ['our-hours', 'always'],
  code: ['planned-version'],
  countedMs: [14_400_000],
  customerId: ['contoso'],
  cycle: [1],
  detail: ['No promise still owed pauses for waiting.'],
  displayName: ['Contoso'],
  emailAddress: ['kim@contoso.example'],
  evidence: ['The answer was given by phone at 09:58; see note 3.'],
  externalId: ['2611210040001'],
  incidentType: ['breakFix'],
  issueClass: ['technical'],
  key: ['ldk_0123456789abcdef'],
  kind: ['programFirstResponse', 'open', 'breach'],
  language: ['en'],
  lateMs: [120],
  level: [1],
  limit: [50],
  name: ['Portal'],
  number: ['SR-261121-GJGCTW3C'],
  overlap: ['PT1H'],
  pausesOn: ['waitingOnCustomer'],
  pointer: ['#/reason'],
  policyId: ['our-policy'],
  position: ['6'],
  preferredSupportLanguage: ['en'],
  preferredTimeZone: ['Asia/Seoul'],
  prefix: ['ldk_0123'],
  primaryDomain: ['contoso.example'],
  product: ['Exchange Online'],
  reason: ['Waiting for the customer’s log files'],
  revision: [2],
  role: ['service'],
  slaMinutes: [120],
  state: ['open'],
  status: ['new', 'active', 'ready', 'ok'],
  summary: ['A mailbox rule moved the messages; it is removed.'],
  text: ['We are on it.'],
  timeZone: ['Asia/Seoul'],
  title: ['Mail does not arrive'],
  to: ['duty-manager'],
  type: ['RequestFiled'],
  tzdata: ['2025c'],
  version: [1],
  within: ['PT15M'],
};

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-07-13T02:00:00.000Z',
  date: '2026-12-25',
  duration: 'PT2H',
  uuid: UUID,
  email: 'kim@contoso.example',
  hostname: 'contoso.example',
};

const WINDOW = ['09:00', '18:00'];

const isList = (value: unknown): value is readonly Schema[] => Array.isArray(value) && value.length > 0;

const isText = (value: unknown): value is string => typeof value === 'string';

/** Makes a value that a schema takes: of an object what must be there, of choices the first. */
export class Examples {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  of(schema: Schema, name = ''): unknown {
    const { $ref, anyOf, oneOf, enum: values, default: preset } = schema;
    if (isText($ref)) return this.of(this.schemas[$ref.replace('#/components/schemas/', '')] ?? {}, name);
    if (isList(values)) return BY_NAME[name]?.find((one) => values.includes(one as never)) ?? values[0];
    if (preset !== undefined) return preset;
    if (isList(anyOf)) return this.of(anyOf[0] ?? {}, name);
    if (isList(oneOf)) return this.of(oneOf[0] ?? {}, name);
    const [type] = [schema['type']].flat();
    if (type === 'object') return this.#object(schema, name);
    if (type === 'array') return this.#array(schema, name);
    return this.#scalar(schema, type, name);
  }

  #object({ properties = {}, required = [] }: Schema, name: string): unknown {
    const needed = new Set(required as readonly string[]);
    const fields = Object.entries(properties as Readonly<Record<string, Schema>>);
    const shown = fields.filter(([field]) => needed.has(field));
    return Object.fromEntries(
      shown.map(([field, schema]) => [field, this.of(schema, field === 'id' && name !== '' ? `${name}Id` : field)]),
    );
  }

  #array({ items = {}, prefixItems }: Schema, name: string): unknown {
    if (isList(prefixItems)) return WINDOW;
    return [this.of(items as Schema, name)];
  }

  #scalar({ format, pattern, type: types }: Schema, type: unknown, name: string): unknown {
    const takes = (value: unknown): boolean => {
      if (type === 'string') return isText(value) && (!isText(pattern) || new RegExp(pattern, 'u').test(value));
      return type === undefined || typeof value === (type === 'integer' ? 'number' : type);
    };
    if (isText(format) && format in BY_FORMAT) return BY_FORMAT[format];
    const known = BY_NAME[name]?.find(takes);
    if (known !== undefined) return known;
    if ([types].flat().includes('null')) return null;
    if (type === 'number' || type === 'integer') return 1;
    if (type === 'boolean') return true;
    return type === undefined ? {} : this.#text(name);
  }

  #text(name: string): string {
    return /id$/i.test(name) ? UUID : 'text';
  }
}
