import type { ApiContent, ApiParameter } from './api-document.js';

const exampleOf = ({ example, schema }: ApiParameter): string => {
  const value = example ?? schema.default ?? schema.enum?.[0] ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

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
  const keyed = parameters.find(({ name }) => name === 'Idempotency-Key');
  const sent =
    content === undefined
      ? []
      : typeof content.example !== 'object'
        ? ['--data-binary @file.ics']
        : [`-d ${quoted(JSON.stringify(content.example))}`];
  return [
    `curl -sS${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$URL${address}"`,
    ...(needsKey ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(keyed === undefined ? [] : [`-H 'Idempotency-Key: ${exampleOf(keyed)}'`]),
    ...(type === '' ? [] : [`-H 'Content-Type: ${type}'`]),
    ...sent,
  ].join(' \\\n  ');
};
