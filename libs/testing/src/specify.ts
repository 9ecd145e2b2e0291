import { DomainError, type ErrorKind } from '#kernel';

interface Rules<State, Event> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
}

type Decide<State, Event> = (state: State) => readonly Event[];

/** What came before a decision. */
class Given<State, Event> {
  constructor(
    private readonly rules: Rules<State, Event>,
    private readonly history: readonly Event[],
  ) {}

  /** Where the history has led to. */
  get state(): State {
    return this.history.reduce((state, event) => this.rules.evolve(state, event), this.rules.initial);
  }

  /** The outcome of an earlier decision belongs to the history too. */
  after(decide: Decide<State, Event>): Given<State, Event> {
    return new Given(this.rules, [...this.history, ...decide(this.state)]);
  }

  when(decide: Decide<State, Event>): Decision<Event> {
    return new Decision(() => decide(this.state));
  }
}

/** A decision and what is expected of it. */
class Decision<Event> {
  constructor(private readonly decide: () => readonly Event[]) {}

  emits(events: readonly Event[]): void {
    expect(this.decide()).toEqual(events);
  }

  /** Only what is named counts: `[{ type: 'ResponseBreached', data: { dueAt } }]`. */
  emitsLike(events: readonly object[]): void {
    const decided = this.decide();
    expect(decided).toMatchObject(events);
    expect(decided).toHaveLength(events.length);
  }

  emitsNothing(): void {
    expect(this.decide()).toEqual([]);
  }

  refuses(refusal: { readonly kind: ErrorKind; readonly code: string; readonly pointers?: readonly string[] }): void {
    const { pointers, ...rest } = refusal;
    const refused = this.#refusal();
    expect(refused).toMatchObject(rest);
    if (pointers !== undefined) expect(refused.details.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  }

  #refusal(): DomainError {
    let decided: readonly Event[];
    try {
      decided = this.decide();
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
    throw new Error(`It was not refused, but emitted ${JSON.stringify(decided)}.`);
  }
}

/** Given-when-then for the decisions of one aggregate: `const given = specify(serviceRequestType)`. */
export const specify =
  <State, Event>(rules: Rules<State, Event>) =>
  (...history: readonly Event[]): Given<State, Event> =>
    new Given(rules, history);
