import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '#aggregates';
import { IN_EVERY_STREAM, READERS } from './readers.js';

/** A history as it was recorded, and what has to be read from it for ever. Never changed; only new ones are added. */
interface GoldenStream {
  readonly stream: string;
  readonly events: readonly (StoredEvent & { readonly revision: number })[];
  readonly view: object;
}

const FOLDER = join(__dirname, 'streams');
const LIBS = join(__dirname, '../../libs');

const golden = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as GoldenStream) }));

/** Every event that can be recorded, in the shape it has now. */
const NEWEST = [...READERS.flatMap(({ newest }) => newest), ...IN_EVERY_STREAM];

const readerOf = (stream: string) => {
  const category = stream.split('-', 1)[0];
  const reader = READERS.find((candidate) => candidate.category === category);
  if (reader === undefined) throw new Error(`Nothing reads ${stream} any more.`);
  return reader;
};

describe('golden streams', () => {
  it.each(golden)('$name reads as on the day it was recorded (G7, G10)', ({ stream, events, view }) => {
    expect(readerOf(stream).replay(events)).toMatchObject(view);
  });

  it.each(golden)('$name is a whole stream', ({ events }) => {
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
  });

  it('have every event that can be recorded, in the shape it has now; record a stream with a new one', () => {
    const recorded = golden.flatMap(({ events }) =>
      events.map(({ type, schemaVersion }) => `${type} v${schemaVersion}`),
    );
    const known = new Set(recorded);
    expect(NEWEST.filter((event) => !known.has(event))).toEqual([]);
  });

  it('know every codec; add a new one to the readers', () => {
    const sources = readdirSync(LIBS, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.includes('/src/') && path.endsWith('.ts') && !path.endsWith('.spec.ts'),
    );
    const codecs = sources.flatMap((path) => readFileSync(join(LIBS, path), 'utf8').match(/new EventCodec</g) ?? []);
    expect(codecs).toHaveLength(READERS.length);
  });

  it('give each wire name one meaning', () => {
    expect(NEWEST).toHaveLength(new Set(NEWEST).size);
  });
});
