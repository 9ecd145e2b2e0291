/** Events that are none of whole days, and the first of them. */
export interface HolidayFinding {
  readonly pointer: string;
  readonly code: 'timed-events' | 'events-without-start';
  readonly detail: string;
}

const MOST_OF_SUMMARY = 60;

const WHY: Readonly<Record<HolidayFinding['code'], string>> = {
  'timed-events': 'not of whole days (DTSTART;VALUE=DATE)',
  'events-without-start': 'without a start (DTSTART)',
};

/** What is left out for each reason, if anything is. */
export class LeftOutEvents {
  readonly #found = new Map<HolidayFinding['code'], { count: number; pointer: string; summary: string | undefined }>();

  add(code: HolidayFinding['code'], pointer: string, summary: string | undefined): void {
    const found = this.#found.get(code);
    if (found === undefined) this.#found.set(code, { count: 1, pointer, summary });
    else found.count += 1;
  }

  get findings(): readonly HolidayFinding[] {
    return [...this.#found].map(([code, { count, pointer, summary = '' }]) => {
      const named = summary === '' ? '' : `, ${JSON.stringify(summary.slice(0, MOST_OF_SUMMARY))}`;
      const detail = `${count === 1 ? 'One event is' : `${count} events are`} ${WHY[code]} and left out; the first is ${pointer}${named}.`;
      return { pointer, code, detail };
    });
  }
}
