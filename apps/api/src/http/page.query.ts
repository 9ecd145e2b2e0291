import { Transform } from 'class-transformer';
import { IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { Optional } from './fields.js';

/** Everything in an address is text. */
export const toWholeNumber = ({ value }: { readonly value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** What any read may say: wait until its read model has seen a position. */
export class ReadQuery {
  @Optional()
  @IsString()
  @Matches(/^\d{1,20}(?:\.\d{1,20})?$/, { message: 'waitFor must be a position as an answer gave it' })
  waitFor?: string;
}

export class PageQuery extends ReadQuery {
  @Optional()
  @IsString()
  @Length(1, 500)
  cursor?: string;

  @Transform(toWholeNumber)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;
}
