import { IsString, Length, Matches } from 'class-validator';
import { NumberText, Optional, POSITION } from '#bodies';

/** What any read may say: wait until its read model has seen a position. */
export class ReadQuery {
  @Optional()
  @IsString()
  @Matches(POSITION, { message: 'waitFor must be a position as an answer gave it' })
  waitFor?: string;
}

export class PageQuery extends ReadQuery {
  @Optional()
  @IsString()
  @Length(1, 500)
  cursor?: string;

  @NumberText(1, 200)
  limit = 50;
}
