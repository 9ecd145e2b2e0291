/** An address without its query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

/** Whether a request with this method only looks. */
export const isRead = (method: string | undefined): boolean => method === 'GET' || method === 'HEAD';
