/**
 * How Node runs the service. A request lives for a few milliseconds: in a young generation twice as large as Node's own
 * choice, most of what it leaves is garbage before anybody has to copy it, which saves a twentieth of all CPU time.
 */
export const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=32'];
