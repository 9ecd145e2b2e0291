import { html, page } from '../problems/page.js';
import type { ApiDocument, ApiOperation, ApiParameter, ApiResponse } from './api-document.js';
import { curlOf } from './curl.js';
import { SchemaTrees } from './schema-tree.js';

const STYLE = `body { max-width: 60rem }
nav h2 { font-size: 1rem; margin: 1rem 0 .2rem }
nav ul { columns: 17rem; padding-left: 1.2rem; margin: 0 }
section.operation { border-top: 1px solid #8886; margin-top: 2.5rem; padding-top: .5rem }
h3 { margin-bottom: .3rem }
h4 { margin: 1.2rem 0 .3rem }
.method { font: 700 .8rem ui-monospace, monospace; padding: .15rem .45rem; border-radius: .3rem; color: #fff; background: #2563a8 }
.method.post { background: #1f7a3f } .method.put { background: #9a5b00 }
.address { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
.needs { color: color-mix(in srgb, currentColor 70%, transparent); margin: .3rem 0 }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: 600; white-space: nowrap }
th, td { border-bottom: 1px solid #8884; padding: .25rem .8rem .25rem 0; vertical-align: top }
td:first-child { white-space: nowrap }
pre { padding: .7rem .9rem; border-radius: .4rem; background: #8882; overflow-x: auto; font-size: .85rem; line-height: 1.4 }
ul.tree { list-style: none; padding-left: 0; margin: .3rem 0 } ul.tree ul { list-style: none; padding-left: 1.1rem; border-left: 1px solid #8884 }
ul.tree li { padding: .1rem 0 } .kind { opacity: .75; font-size: .9rem }
details { margin: .3rem 0 } summary { cursor: pointer }
@media (max-width: 40rem) { td:first-child, td:last-child { overflow-wrap: anywhere } td:first-child { white-space: normal; min-width: 6rem } th, td { padding-right: .5rem } }`;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: ApiOperation;
}

const anchor = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** Backticks are the one piece of Markdown that descriptions use. */
const prose = (text: string): string => html(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const paragraphs = (text: string): string =>
  text
    .split('\n\n')
    .map((each) => `<p>${prose(each)}</p>`)
    .join('\n');

/** Renders a document without a script: headings, tables and lists that a browser or a terminal shows. */
class DocsPage {
  readonly #trees: SchemaTrees;
  readonly #operations: readonly Placed[];

  constructor(private readonly document: ApiDocument) {
    this.#trees = new SchemaTrees(document.components.schemas);
    this.#operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation === undefined ? [] : [{ method, path, operation }];
      }),
    );
  }

  render(): string {
    const { info, tags } = this.document;
    const body = `<h1>${html(info.title)} ${html(info.version)}</h1>

${paragraphs(info.description)}
<p>In what follows, <code>*</code> marks what must be sent; in the examples <code>$URL</code> is where the API begins, for
example <code>http://127.0.0.1:3000/v1</code>, and <code>$KEY</code> your key.</p>
<p>For tools: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). <a href="/problems">All problems</a>.</p>

<nav aria-label="Routes">
${tags.map(({ name }) => this.#index(name)).join('\n')}
</nav>

${tags.map(({ name, description }) => this.#group(name, description)).join('\n')}`;
    return page(`${info.title} API`, body, STYLE);
  }

  #of(tag: string): readonly Placed[] {
    return this.#operations.filter(({ operation }) => operation.tags.includes(tag));
  }

  #index(tag: string): string {
    const lines = this.#of(tag).map(
      ({ operation: { operationId, summary } }) => `<li><a href="#${operationId}">${html(summary)}</a></li>`,
    );
    return `<h2><a href="#${anchor(tag)}">${html(tag)}</a></h2>\n<ul>\n${lines.join('\n')}\n</ul>`;
  }

  #group(tag: string, description: string): string {
    return `<h2 id="${anchor(tag)}">${html(tag)}</h2>
<p>${prose(description)}</p>
${this.#of(tag)
  .map((placed) => this.#operation(placed))
  .join('\n')}`;
  }

  #operation(placed: Placed): string {
    const { method, path, operation } = placed;
    const { operationId, summary, description = '', security, requestBody } = operation;
    const needs = security[0]?.['key']?.[0];
    const [body] = Object.entries(requestBody?.content ?? {});
    return `
<section class="operation" id="${operationId}">
<h3>${html(summary)}</h3>
<p><span class="method ${method}">${method.toUpperCase()}</span> <span class="address">${html(path)}</span></p>
${description === '' ? '' : `<p>${prose(description)}</p>`}
<p class="needs">${needs === undefined ? 'Open to all, without a key.' : `Needs a key whose role has <code>${html(needs)}</code>.`}</p>
${this.#parameters(operation)}
${body === undefined ? '' : `<h4>Body, ${html(body[0])}${requestBody?.required === false ? ' (may be left out)' : ''}</h4>\n${this.#trees.render(body[1].schema)}`}
<h4>Example</h4>
<pre><code>${html(curlOf(method, path, this.#parametersOf(operation), body, needs !== undefined))}</code></pre>
${this.#answers(operation)}
</section>`;
  }

  #parametersOf({ parameters = [] }: ApiOperation): readonly ApiParameter[] {
    const known = this.document.components.parameters;
    return parameters.map((one) => (one.$ref === undefined ? one : (known[one.$ref.split('/').at(-1) ?? ''] ?? one)));
  }

  #parameters(operation: ApiOperation): string {
    const rows = this.#parametersOf(operation).map(
      ({ name, in: where, description, required, schema }) =>
        `<tr><td><code>${html(name)}</code>${required === true ? ' *' : ''}</td><td>${where}</td><td>${this.#trees.kind(schema)}${description === undefined ? '' : `<br>${prose(description)}`}</td></tr>`,
    );
    if (rows.length === 0) return '';
    return `<h4>Parameters</h4>\n<table>\n<tr><th>name</th><th>in</th><th>what</th></tr>\n${rows.join('\n')}\n</table>`;
  }

  #answers({ responses }: ApiOperation): string {
    const known = this.document.components.responses;
    const all = Object.entries(responses).map(([status, one]): readonly [string, ApiResponse] => [
      status,
      one.$ref === undefined ? one : (known[one.$ref.split('/').at(-1) ?? ''] ?? one),
    ]);
    const problems = all.filter(([, { content = {} }]) => 'application/problem+json' in content);
    const others = all.filter((one) => !problems.includes(one));
    return `${others.map(([status, answer]) => this.#answer(status, answer)).join('\n')}
<h4>Problems</h4>
<p>${problems.map(([status, answer]) => problemLinks(status, answer)).join('<br>\n')}</p>`;
  }

  #answer(status: string, { description, headers = {}, content = {} }: ApiResponse): string {
    const names = Object.keys(headers).map((name) => `<code>${html(name)}</code>`);
    const bodies = Object.entries(content).map(([type, { schema, example }]) => {
      const shown = example === undefined ? '' : `<pre><code>${html(JSON.stringify(example, null, 2))}</code></pre>`;
      return `<details><summary>${html(type)}</summary>\n${this.#trees.render(schema)}\n${shown}</details>`;
    });
    return `<h4>Answer ${status}</h4>
<p>${html(description)}${names.length === 0 ? '' : ` Headers: ${names.join(', ')}.`}</p>
${bodies.join('\n')}`;
  }
}

const problemLinks = (status: string, { content = {} }: ApiResponse): string => {
  const codes = Object.keys(content['application/problem+json']?.examples ?? {});
  return `${status} ${codes.map((code) => `<a href="/problems/${code}">${code}</a>`).join(', ')}`;
};

/** The document as one page of HTML. */
export const docsPage = (document: ApiDocument): string => new DocsPage(document).render();
