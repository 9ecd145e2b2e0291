import { type PipeTransform } from '@nestjs/common';
import { validated } from '#bodies';

/** Turns what was sent into an instance of its class, or refuses it with every error at once. */
export class Valid<Shape extends object> implements PipeTransform<unknown, Shape> {
  /** @param mayBeAbsent whether no body at all is as good as an empty object */
  constructor(
    readonly shape: new () => Shape,
    readonly options: { readonly mayBeAbsent?: boolean } = {},
  ) {}

  transform(sent: unknown): Shape {
    return validated(this.shape, this.options.mayBeAbsent === true && sent === undefined ? {} : sent);
  }
}
