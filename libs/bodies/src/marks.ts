/** A class whose decorators say what may be sent. */
export type Shape<Instance extends object = object> = new () => Instance;

/** What a decorator says of a field of a class, and of those that extend it. */
export class Mark<Said> {
  readonly #key = Symbol('mark');

  put(said: Said): PropertyDecorator {
    return (target, property) => {
      Reflect.defineMetadata(this.#key, said, target, property);
    };
  }

  of(shape: Shape, property: string): Said | undefined {
    const prototype = shape.prototype as object; // of the class's instances
    return Reflect.getMetadata(this.#key, prototype, property) as Said | undefined; // as `put` took it
  }
}

/** The class of what a field holds. */
export const PART = new Mark<Shape>();

/** What a field's value is turned into before it is checked; never called for a field that was left out. */
export const CONVERSION = new Mark<(value: unknown) => unknown>();

/** For an object that bounds and checks by itself what it holds. */
export const OWN_NAMES = new Mark<true>();

/** Turns what was sent into what the rules of its field are for. */
export const Converted = (convert: (value: unknown) => unknown): PropertyDecorator => CONVERSION.put(convert);

/** Whoever sends it chooses the names in it: dates, ids. Its class says how many there may be, and checks what each holds. */
export const OwnNames = (): PropertyDecorator => OWN_NAMES.put(true);
