const ABSOLUTE = /^https?:\/\/[^/?]*/i;

/** An address without its query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

/** The path and query of an address that was sent in absolute form, as to a proxy; every server takes it (RFC 9112, 3.2.2). */
export const originFormOf = (url: string): string =>
  ABSOLUTE.test(url) ? url.replace(ABSOLUTE, '').replace(/^(?!\/)/, '/') : url;

/** Whether a request with this method only looks. */
export const isRead = (method: string | undefined): boolean => method === 'GET' || method === 'HEAD';
