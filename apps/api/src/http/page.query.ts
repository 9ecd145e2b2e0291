import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

/** What any read may say: wait until its read model has seen a position. */
export class ReadQuery {
  @IsOptional()
  @IsString()
  @Matches(/^\d{1,20}(?:\.\d{1,20})?$/, { message: 'waitFor must be a position as an answer gave it' })
  waitFor?: string;
}

export class PageQuery extends ReadQuery {
  @IsOptional()
  @IsString()
  @Length(1, 500)
  cursor?: string;

  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : (value as unknown)))
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;
}
