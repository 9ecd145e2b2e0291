import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { TraceContext } from '#kernel';

const PARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;
const MEMBER = /^[\da-z][\w\-*/]{0,255}(?:@[\da-z][\w\-*/]{0,13})?=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/;
const MOST_MEMBERS = 32;
const LONGEST_STATE = 512;

const isParent = (text: string): boolean => {
  const [, version, traceId, parentId, rest] = PARENT.exec(text) ?? [];
  if (traceId === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(parentId ?? '')) return false;
  return version !== '00' || rest === undefined;
};

const isState = (text: string): boolean => {
  const members = text.split(',').map((member) => member.trim());
  const named = members.filter((member) => member !== '');
  return text.length <= LONGEST_STATE && named.length <= MOST_MEMBERS && named.every((member) => MEMBER.test(member));
};

/**
 * The trace that a caller began (W3C Trace Context). What is malformed is as good as absent: then the trace is the
 * command's own, by its correlation id. A malformed state does not touch the parent.
 */
export const traceContextOf = (headers: IncomingHttpHeaders): TraceContext => {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string' || !isParent(traceparent)) return {};
  const state = [tracestate ?? ''].flat().join();
  return state !== '' && isState(state) ? { traceparent, tracestate: state } : { traceparent };
};

/** By what a line of the log is found again from an answer, and from the trace of its caller. */
export const loggedIdsOf = ({ id, headers }: Pick<FastifyRequest, 'id' | 'headers'>) => {
  const { traceparent } = traceContextOf(headers);
  return { requestId: id, ...(traceparent !== undefined && { traceId: traceparent.split('-')[1] }) };
};
