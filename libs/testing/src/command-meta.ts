import { type CommandId, type CommandMeta, type CorrelationId, newUuid, type TenantId } from '#kernel';

/** What travels with a command of its own: an operator's at Contoso, unless told otherwise. */
export const commandMeta = (rest: Partial<CommandMeta> = {}): CommandMeta => ({
  commandId: newUuid() as CommandId,
  correlationId: newUuid() as CorrelationId,
  tenantId: 'contoso' as TenantId,
  actor: { id: 'operator-1', role: 'operator', kind: 'person' },
  ...rest,
});
