import type { CommandId, CorrelationId, TenantId } from './ids.js';

/** Who acts. `role` is stamped as it was at that moment (REQ-01, REQ-02). */
export interface Actor {
  readonly id: string;
  readonly role: string;
  readonly kind: 'person' | 'service' | 'system';
}

/** The trace that a caller began, as it was told (W3C Trace Context); absent where none was. */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** What travels with a command and is stamped on each of its events. */
export interface CommandMeta extends TraceContext {
  readonly commandId: CommandId;
  readonly correlationId: CorrelationId;
  /** The event or command that caused this one; absent for a command that came from outside. */
  readonly causationId?: string;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** The person a service acts for, as the service says; absent when it acts by itself, or a person does. */
  readonly onBehalfOf?: string;
  /** Digest of what was sent, kept only where an idempotency key was given: tells a repeat from a reuse (G4). */
  readonly fingerprint?: string;
}

/** The trace of what something caused: that of its cause. */
export const traceOf = ({ traceparent, tracestate }: TraceContext): TraceContext => ({
  ...(traceparent === undefined ? {} : { traceparent }),
  ...(tracestate === undefined ? {} : { tracestate }),
});
