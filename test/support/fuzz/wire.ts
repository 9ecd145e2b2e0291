import { Agent, type IncomingMessage, request as open } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Answer } from '../answer-checks.js';
import type { FuzzRequest, Header } from './requests.js';

export interface Received extends Answer {
  readonly ms: number;
}

const UNPACK: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  deflate: inflateSync,
};

const bodyOf = async (response: IncomingMessage): Promise<string> => {
  // An event stream does not end; that it began is enough.
  if (response.headers['content-type']?.startsWith('text/event-stream') === true) {
    response.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const unpack = UNPACK[response.headers['content-encoding'] ?? ''];
  return (unpack === undefined || bytes.length === 0 ? bytes : unpack(bytes)).toString();
};

const headersOf = ({
  caller,
  headers,
  method,
  text = /^(?:P|DELETE)/.test(method) ? '' : undefined,
}: FuzzRequest): readonly Header[] => {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  return [
    ...(caller.authorization === undefined || given.has('authorization')
      ? []
      : [['Authorization', caller.authorization] as const]),
    ...headers,
    ...(text === undefined ? [] : [['Content-Length', String(Buffer.byteLength(text))] as const]),
  ];
};

/** Sends requests byte by byte as they were made, which `fetch` would not do, one after the other. */
export class Wire {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly base: string) {}

  async send(sent: FuzzRequest): Promise<Received> {
    const { host, hostname, port } = new URL(this.base);
    const begun = performance.now();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = [['Host', host] as const, ...headersOf(sent)].flat();
      open({ hostname, port, path: sent.url, method: sent.method, headers, agent: this.#agent, timeout: 20_000 })
        .on('response', resolve)
        .on('error', reject)
        .on('timeout', () => reject(new Error('There was no answer within 20 s.')))
        .end(sent.text);
    });
    const body = await bodyOf(response);
    return { statusCode: response.statusCode ?? 0, headers: response.headers, body, ms: performance.now() - begun };
  }

  close(): void {
    this.#agent.destroy();
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** How to send it again by hand; the key is left out, as it was made for the run. */
export const curlOf = (sent: FuzzRequest): string => {
  const { method, url, headers, text, caller } = sent;
  const said = headers.map(([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  const data = text === undefined ? [] : ['--data-binary', quoted(text.toString())];
  return [
    'curl -i --globoff --path-as-is',
    method === 'HEAD' ? '-I' : `-X ${method}`,
    ...(caller.authorization === undefined ? [] : [`-H "Authorization: Bearer $KEY_OF_${caller.name}"`]),
    ...said,
    ...data,
    quoted(`http://localhost:3000${url}`),
  ].join(' ');
};
