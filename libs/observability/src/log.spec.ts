import { Writable } from 'node:stream';
import { pino } from 'pino';
import { errorFields } from './log.js';

const logged = (error: unknown): Record<string, unknown> => {
  let line = '';
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      line += chunk.toString();
      done();
    },
  });
  pino({ serializers: { err: errorFields } }, sink).warn({ err: error }, 'It failed');
  return (JSON.parse(line) as { err: Record<string, unknown> }).err;
};

describe('the log', () => {
  it('tells name, message, code and stack of an error, and nothing that hangs on it', () => {
    const error = Object.assign(new TypeError('WRONGPASS'), {
      code: 'ERR_REPLY',
      command: { name: 'hello', args: ['AUTH', 'default', 'secret-of-the-operator'] },
    });
    const fields = logged(error);
    expect(fields).toEqual({
      type: 'TypeError',
      message: 'WRONGPASS',
      code: 'ERR_REPLY',
      stack: expect.stringContaining('log.spec') as string,
    });
    expect(JSON.stringify(fields)).not.toContain('secret');
  });

  it('masks the credentials of an address, wherever it stands', () => {
    const fields = logged(new Error('connect redis://user:secret@localhost:6379 failed'));
    expect(fields['message']).toBe('connect redis://***@localhost:6379 failed');
    expect(fields['stack']).not.toContain('secret');
    expect(logged('esdb://admin:secret@host')).toEqual({ message: 'esdb://***@host' });
    expect(logged('redis://:se@cret@host')).toEqual({ message: 'redis://***@host' });
    expect(logged('redis://host/0?family=4&Password=secret&tls=1')).toEqual({
      message: 'redis://host/0?family=4&Password=***&tls=1',
    });
    expect(logged('at file:///srv/@scope/a.js')).toEqual({ message: 'at file:///srv/@scope/a.js' });
  });
});
