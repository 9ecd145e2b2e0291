import type { FieldError } from '#kernel';

export type Ticket = Readonly<Record<string, unknown>>;

/** What a line of a file holds; a row of a table may take several lines, and is named by its first. */
export interface ReadTicket {
  readonly line: number;
  /** The line as a ticket, or as text where it is none. */
  readonly ticket?: Ticket;
  readonly text?: string;
  /** Why it is none. */
  readonly errors?: readonly FieldError[];
  /** The column that a pointer into the ticket comes from, where it comes from one. */
  readonly columnOf?: (pointer: string) => string | undefined;
}
