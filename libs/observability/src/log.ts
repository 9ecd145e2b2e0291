import { type Logger, pino } from 'pino';

/** Clients of servers put what they sent, passwords included, into the properties and messages of their errors. */
export const withoutCredentials = (text: string): string =>
  text.replace(/\/\/[^/\s]*@/g, '//***@').replace(/([?&][^=&\s]*(?:pass|secret)[^=&\s]*=)[^&#\s"']+/gi, '$1***');

/** What is logged of an error: nothing but what says what it is. */
export const errorFields = (error: unknown) => {
  if (!(error instanceof Error)) return { message: withoutCredentials(String(error)) };
  const { name, message, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type: name, message: withoutCredentials(message), ...code, stack: withoutCredentials(stack ?? '') };
};

/**
 * The log of a process or thread, as lines of JSON on standard error.
 * @param sync writes each line before it goes on; for threads, whose end does not wait for what is unwritten
 */
export const createLog = (
  level: string,
  { name, sync = false }: { readonly name?: string; readonly sync?: boolean } = {},
): Logger =>
  pino(
    { level, ...(name === undefined ? {} : { name }), serializers: { err: errorFields } },
    pino.destination({ dest: 2, sync }),
  );
