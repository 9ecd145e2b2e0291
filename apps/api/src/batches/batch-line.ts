import { IsIn, IsString, Matches } from 'class-validator';
import { errorsOf, IsRecord, Optional, OwnNames, pointerTo } from '#bodies';
import type { FieldError } from '#kernel';
import { jsonFault } from '../http/json-fault.js';
import { isTooDeep, TOO_DEEP } from '../http/understand-bodies.js';

/** As many commands as one batch may hold. */
export const MOST_LINES = 1_000;

const KEY = /^(?! )[\x20-\x7e]{1,255}(?<! )$/;

/** One command of a batch. */
export class BatchLine {
  /** Its idempotency key; other lines name what it made as `{key}`. */
  @IsString()
  @Matches(KEY, {
    message: 'key must have 1 to 255 printable ASCII characters, no space first or last',
  })
  key!: string;

  @IsIn(['POST', 'PUT', 'DELETE'])
  method!: 'POST' | 'PUT' | 'DELETE';

  @IsString()
  @Matches(/^\/v1\/(?!batches\b)[\x21-\x7e]{1,2000}$/, {
    message: 'path must be the address of a command from /v1 on, for example /v1/service-requests',
  })
  path!: string;

  // The command that it is for looks into it.
  @Optional()
  @IsRecord()
  @OwnNames()
  body?: Readonly<Record<string, unknown>>;

  @Optional()
  @IsString()
  @Matches(/^(?:\*|"\d{1,15}")$/, { message: 'ifMatch must be a tag as an answer gave it, for example "7" in quotes' })
  ifMatch?: string;
}

/** What a line was understood as: a command, or what is wrong with it, and its key if that could be read. */
type Understood = { readonly command: BatchLine } | { readonly errors: readonly FieldError[]; readonly key?: string };

/** A line as it was sent, with its number from 1 on. */
export type ReadLine = { readonly number: number } & Understood;

const notJson = (text: string): FieldError => {
  const fault = jsonFault(text);
  const detail = `This line is no JSON${fault ? `: ${fault}` : ''}. Write one object a line, without line breaks in it.`;
  return { pointer: '#', code: 'not-json', detail };
};

const keyIn = (sent: unknown): { readonly key?: string } =>
  typeof sent === 'object' && sent !== null && 'key' in sent && typeof sent.key === 'string' && KEY.test(sent.key)
    ? { key: sent.key }
    : {};

const readLine = (text: string): Understood => {
  if (isTooDeep(text)) return { errors: [TOO_DEEP] };
  let sent: unknown;
  try {
    sent = JSON.parse(text);
  } catch {
    return { errors: [notJson(text)] };
  }
  const errors = errorsOf(BatchLine, sent, '#');
  return errors.length === 0 ? { command: sent as BatchLine } : { errors, ...keyIn(sent) }; // as its class says
};

const repeated = (key: string): readonly FieldError[] => [
  { pointer: pointerTo('#', 'key'), code: 'repeated-key', detail: `An earlier line has the key ${key} already.` },
];

/** The lines of a file, blank ones left out. A key that comes a second time is wrong: whose answer would it name? */
export const readLines = (file: string): readonly ReadLine[] => {
  const keys = new Set<string>();
  return file.split('\n').flatMap((text, index): readonly ReadLine[] => {
    if (text.trim() === '') return [];
    const number = index + 1;
    const read = readLine(text);
    if ('errors' in read) return [{ number, ...read }];
    const { key } = read.command;
    if (keys.has(key)) return [{ number, key, errors: repeated(key) }];
    keys.add(key);
    return [{ number, ...read }];
  });
};
