import type { ProblemKind } from './problem-codes.js';

export interface DocumentedProblem extends ProblemKind {
  readonly code: string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const html = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Few tags on lines of their own, so that it reads in a terminal as well as in a browser. */
const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${html(title)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }</style>

${body}
</html>
`;

export const problemPage = ({ code, status, title, meaning, cure }: DocumentedProblem): string =>
  page(
    title,
    `<h1>${html(title)}</h1>

<p>Status <b>${status}</b>, type <code>/problems/${code}</code></p>

<h2>What it means</h2>
<p>${html(meaning)}</p>

<h2>What to do</h2>
<p>${html(cure)}</p>

<p><a href="/problems">All problems</a></p>`,
  );

export const problemsPage = (problems: readonly DocumentedProblem[]): string =>
  page(
    'Problems',
    `<h1>Problems</h1>

<p>Every answer that is not a success is a problem document (RFC 9457). Its type is one of these:</p>

<ul>
${problems.map(({ code, status, title }) => `<li>${status} <a href="/problems/${code}">${code}</a>: ${html(title)}`).join('\n')}
</ul>`,
  );
