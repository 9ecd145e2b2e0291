import type { Socket } from 'node:net';
import { problem, PROBLEM_JSON } from './problem.js';

const KNOWN: Readonly<Record<string, readonly [status: number, reason: string, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'headers-too-large',
    'The headers are larger than 16 KiB.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'timeout', 'The request did not arrive within 30 s.'],
};

/** What never became a request (garbage, headers without end, a client too slow) is answered here, on the bare socket. */
export const parserProblem = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, code, detail] = KNOWN[error.code ?? ''] ?? [
    400,
    'Bad Request',
    'bad-request',
    'This is not valid HTTP.',
  ];
  const body = JSON.stringify(problem(status, code, detail));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${PROBLEM_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};
