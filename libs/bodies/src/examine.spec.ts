import 'reflect-metadata';
import { ArrayMaxSize, IsArray, IsIn, IsInt, Max, MaxLength } from 'class-validator';
import fc from 'fast-check';
import { examine } from './examine.js';
import { IsRecord, NumberText, Optional, Text } from './fields.js';
import { OwnNames, type Shape } from './marks.js';
import { Nested, NestedList } from './nested.js';
import { pointerTo, unknownField } from './pointers.js';

class Wheel {
  @IsInt()
  @Max(99)
  inches!: number;
}

class Engine {
  @Text(5)
  name!: string;

  @Optional()
  @Nested(Wheel)
  flywheel?: Wheel;
}

class Car {
  @IsIn(['red', 'blue'])
  colour = 'red';

  @NumberText(1, 9)
  doors = 5;

  @Nested(Engine)
  engine = new Engine();

  @IsArray()
  @ArrayMaxSize(4)
  @NestedList(Wheel)
  wheels: Wheel[] = [];

  @Optional()
  @IsRecord()
  notes?: object;

  @Optional()
  @IsRecord()
  @OwnNames()
  mileage?: object;

  sell(): string {
    return this.colour;
  }
}

class Taxi extends Car {
  @MaxLength(3)
  plate = 'T';

  @IsIn(['yellow'], { message: 'a taxi is yellow' })
  override colour = 'yellow';
}

const found = (shape: Shape, sent: object) =>
  examine(shape, sent, '#').errors.map(({ pointer, code }) => `${pointer} ${code}`);

const valid = { colour: 'blue', engine: { name: 'V8' } };

/** What may be sent for a part, and where it is wrong: pointers to be led by that of the part. */
interface Sample {
  readonly sent: unknown;
  readonly wrong: readonly string[];
}

const right = (sent: unknown): Sample => ({ sent, wrong: [] });
const wrong = (sent: unknown): Sample => ({ sent, wrong: [''] });

/** Fields one by one, and now and then one that nobody asked for. */
const objectOf = (fields: Readonly<Record<string, fc.Arbitrary<Sample>>>): fc.Arbitrary<Sample> =>
  fc
    .tuple(fc.record(fields), fc.option(fc.constantFrom('sell', 'toString', '__proto__', 'a/b', 'x')))
    .map(([samples, unknown]): Sample => {
      const named: readonly (readonly [string, Sample])[] = [
        ...Object.entries(samples),
        ...(unknown === null ? [] : [[unknown, wrong(1)] as const]),
      ];
      return {
        sent: Object.fromEntries(named.map(([name, { sent }]) => [name, sent])),
        wrong: named.flatMap(([name, sample]) => sample.wrong.map((inside) => pointerTo('', name) + inside)),
      };
    });

const listOf = (samples: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> =>
  fc.array(samples, { maxLength: 4 }).map((all) => ({
    sent: all.map(({ sent }) => sent),
    wrong: all.flatMap((each, index) => each.wrong.map((inside) => `/${index}${inside}`)),
  }));

const oneOf = (good: readonly unknown[], bad: readonly unknown[]): fc.Arbitrary<Sample> =>
  fc.constantFrom(...good.map(right), ...bad.map(wrong));

const wheel = objectOf({ inches: oneOf([1, 99], [100, 1.5, '7', null, [5]]) });
const engine = objectOf({
  name: oneOf(['V8'], ['', 'too long', 8, { toString: 1 }]),
  flywheel: fc.oneof(wheel, oneOf([undefined], [null, 1, 'x', [{ inches: 1 }]])),
});
const car = objectOf({
  colour: oneOf(['red', 'blue'], ['green', ['red'], null]),
  doors: oneOf(['3', 3], ['10', '1e0', [3], null]),
  engine: fc.oneof(engine, oneOf([], [null, 1, [], [{}]])),
  wheels: fc.oneof(listOf(wheel), oneOf([], [null, { inches: 1 }, 'x', Array(5).fill({})])),
  notes: oneOf([undefined, {}, { a: { b: [1] } }], [null, [], 'x']),
});

const isMade = (made: unknown, shape: Shape, sent: unknown): boolean =>
  made instanceof shape === (typeof sent === 'object' && sent !== null && !Array.isArray(sent));

describe('whatever is sent', () => {
  it('is told where it is wrong, and nowhere else', () =>
    fc.assert(
      fc.property(car, ({ sent, wrong: places }) => {
        const pointers = examine(Car, sent as object, '#').errors.map(({ pointer }) => pointer.slice(1));
        expect(new Set(pointers)).toEqual(new Set(places));
      }),
      { numRuns: 500 },
    ));

  it('becomes instances of the classes that are declared, with declared fields only', () =>
    fc.assert(
      fc.property(car, ({ sent }) => {
        const before = JSON.stringify(sent);
        const { engine: part, wheels } = sent as { readonly engine: unknown; readonly wheels: unknown };
        const { value } = examine(Car, sent as object, '#');
        expect(Object.keys(value).sort()).toEqual(Object.keys(new Car()).sort());
        expect(Object.getPrototypeOf(value)).toBe(Car.prototype);
        expect(isMade(value.engine, Engine, part)).toBe(true);
        if (Array.isArray(wheels) && wheels.length <= 4)
          expect(value.wheels.every((made, index) => isMade(made, Wheel, wheels[index]))).toBe(true);
        expect(JSON.stringify(sent)).toBe(before);
      }),
      { numRuns: 500 },
    ));
});

describe('a field', () => {
  it('keeps its default when it is left out', () => {
    expect(examine(Car, valid, '#').value).toMatchObject({ colour: 'blue', doors: 5, wheels: [] });
  });

  it('is converted before it is checked', () => {
    expect(examine(Car, { ...valid, doors: '3' }, '#')).toMatchObject({ value: { doors: 3 }, errors: [] });
  });

  it('follows the rules of its own class before those of one that it extends', () => {
    expect(examine(Taxi, { ...valid, plate: 'long', doors: 0 }, '#/taxi').errors).toEqual([
      { pointer: '#/taxi/plate', code: 'max-length', detail: 'plate must be shorter than or equal to 3 characters.' },
      { pointer: '#/taxi/colour', code: 'is-in', detail: 'a taxi is yellow.' },
      { pointer: '#/taxi/doors', code: 'min', detail: 'doors must not be less than 1.' },
    ]);
  });

  it('says which values it takes', () => {
    expect(examine(Car, { ...valid, colour: 'x' }, '#').errors[0]?.detail).toBe(
      'colour must be one of the following values: red, blue.',
    );
  });
});

describe('a name that nobody asked for', () => {
  it.each(['toString', 'constructor', '__proto__', 'sell', 'hasOwnProperty', 'inches'])('is told: %s', (name) => {
    const sent = JSON.parse(`{"colour":"red","engine":{"name":"V8","${name}":{"constructor":1}}}`) as object;
    const { value, errors } = examine(Car, sent, '#');
    expect(errors).toEqual([unknownField('#/engine', name)]);
    expect(Object.keys(value.engine)).toEqual(['name', 'flywheel']);
    expect(value.engine).toBeInstanceOf(Engine);
  });
});

describe('a field that was left out', () => {
  it('is told once, with what it must be', () => {
    expect(examine(Car, { ...valid, engine: {}, wheels: [{}] }, '#').errors).toEqual([
      { pointer: '#/engine/name', code: 'required', detail: 'name is required and must be a string.' },
      { pointer: '#/wheels/0/inches', code: 'required', detail: 'inches is required and must be an integer number.' },
    ]);
  });

  it('is told each rule that it breaks when it is there, null too', () => {
    expect(found(Car, { ...valid, engine: { name: null } })).toEqual([
      '#/engine/name is-string',
      '#/engine/name is-length',
      '#/engine/name matches',
    ]);
  });
});

describe('a name that is nearly one', () => {
  const wordsOf = (sent: object) => examine(Car, { ...valid, ...sent }, '#').errors.map(({ detail }) => detail);

  it('is told which one may be meant', () => {
    expect(wordsOf({ color: 'red' })).toEqual(['There is no field color; did you mean colour?']);
    expect(wordsOf({ engine: { nmae: 1, name: 'V8' } })).toEqual(['There is no field nmae; did you mean name?']);
  });

  it('is not guessed at where many are wrong', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`doors${index}`, 1]));
    expect(wordsOf(many).filter((words) => words.includes('did you mean'))).toHaveLength(3);
  });
});

describe('very much of it', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, {}]));

  it.each([
    ['the whole', '#', many(101)],
    ['a part', '#/engine', { ...valid, engine: many(101) }],
    ['one in a list', '#/wheels/1', { ...valid, wheels: [{ inches: 1 }, many(101)] }],
    ['an object without a class', '#/notes/a~0/0', { ...valid, notes: { 'a~': [many(101)] } }],
  ])('is one error where it is %s', (_, pointer, sent) => {
    expect(found(Car, sent)).toContain(`${pointer} too-many-fields`);
    expect(found(Car, sent).length).toBeLessThanOrEqual(3);
  });

  it('is as good as any where its class looks at it itself', () => {
    expect(found(Car, { ...valid, mileage: many(20_000) })).toEqual([]);
  });

  it('is not looked into where it is not asked for', () => {
    expect(found(Car, { ...valid, overrides: many(20_000) })).toEqual(['#/overrides unknown-field']);
    expect(found(Car, { ...valid, wheels: Array(20_000).fill({}) })).toEqual(['#/wheels array-max-size']);
    expect(found(Car, { ...valid, engine: Array(20_000).fill({}) })).toEqual(['#/engine object']);
  });
});
