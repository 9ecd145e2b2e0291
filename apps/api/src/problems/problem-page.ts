import { html, page } from './page.js';
import type { ProblemKind } from './problem-codes.js';

export interface DocumentedProblem extends ProblemKind {
  readonly code: string;
}

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
