import type { ApiContent, ApiParameter } from './api-document.js';

const exampleOf = ({ example, schema }: ApiParameter): string => {
  const value = example ?? schema.default ?? schema.enum?.[0] ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const FILES: Readonly<Record<string, string>> = {
  'text/calendar': 'holidays.ics',
  'application/x-ndjson': 'commands.ndjson',
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The README's `$URL` ends with `/v1`. */
const addressed = (path: string): string => (path.startsWith('/v1/') ? `$URL${path.slice(3)}` : `\${URL%/v1}${path}`);

/** Another one for each command, so that the examples can be pasted one after the other. */
const keyFor = (method: string, address: string): string => `try-${method}${address.replace(/[^\w]+/g, '-')}`;

/** A command that can be pasted, with `$URL` and `$KEY` as in the README. */
export const curlOf = (
  method: string,
  path: string,
  parameters: readonly ApiParameter[],
  body: readonly [type: string, content: ApiContent] | undefined,
  needsKey: boolean,
): string => {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.name === name);
    return parameter === undefined ? name : encodeURIComponent(exampleOf(parameter));
  });
  const [type = '', content] = body ?? [];
  const isKeyed = parameters.some(({ name }) => name === 'Idempotency-Key');
  const sent =
    content === undefined
      ? []
      : typeof content.example !== 'object'
        ? [`--data-binary @${FILES[type] ?? 'file'}`]
        : [`-d ${quoted(JSON.stringify(content.example))}`];
  return [
    `curl -sS${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "${addressed(address)}"`,
    ...(needsKey ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(isKeyed ? [`-H 'Idempotency-Key: ${keyFor(method, address)}'`] : []),
    ...(type === '' ? [] : [`-H 'Content-Type: ${type}'`]),
    ...sent,
  ].join(' \\\n  ');
};
