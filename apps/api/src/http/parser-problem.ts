import type { Socket } from 'node:net';
import type { ProblemCode } from '../problems/problem-codes.js';
import { SAFE } from './common-headers.js';
import { problem, PROBLEM_JSON } from './problem.js';

const KNOWN: Readonly<Record<string, readonly [reason: string, code: ProblemCode, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ['Request Header Fields Too Large', 'headers-too-large', 'The headers are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['Request Timeout', 'timeout', 'The request did not arrive within 30 s.'],
};
const SAFE_LINES = Object.entries({ ...SAFE, 'cache-control': 'no-store' })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const UNREADABLE = ['Bad Request', 'bad-request', 'This is not valid HTTP.'] as const;

/** What never became a request (garbage, headers without end, a client too slow) is answered here, on the bare socket. */
export const parserProblem = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [reason, code, detail] = KNOWN[error.code ?? ''] ?? UNREADABLE;
  const sent = problem(code, detail);
  const body = JSON.stringify(sent);
  socket.end(
    `HTTP/1.1 ${sent.status} ${reason}\r\n${SAFE_LINES}Content-Type: ${PROBLEM_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};
