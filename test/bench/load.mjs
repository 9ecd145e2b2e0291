import { connect } from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');

/** One keep-alive connection that sends a request and waits for its answer: as little work as a client can do. */
export class Connection {
  #rest = Buffer.alloc(0);
  #answered;

  static async open(host, port) {
    const connection = new Connection();
    connection.socket = connect({ host, port, noDelay: true });
    connection.socket.on('data', (chunk) => connection.#take(chunk));
    connection.socket.on('error', (error) => connection.#answered?.reject(error));
    await new Promise((resolve, reject) => connection.socket.once('connect', resolve).once('error', reject));
    return connection;
  }

  send(request) {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.socket.write(request);
    });
  }

  #take(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = this.#rest.indexOf(HEADER_END);
    if (end < 0) return;
    const head = this.#rest.latin1Slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (this.#rest.length < end + 4 + length) return;
    const body = this.#rest.subarray(end + 4, end + 4 + length);
    this.#rest = this.#rest.subarray(end + 4 + length);
    this.#answered.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

export const httpRequest = ({ method = 'POST', path, host, key, body = '' }) =>
  Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

export const percentile = (sorted, percent) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];

export const summary = (latencies, seconds) => {
  const sorted = Float64Array.from(latencies).sort();
  return {
    perSecond: Math.round(sorted.length / seconds),
    p50Ms: Number(percentile(sorted, 50).toFixed(2)),
    p99Ms: Number(percentile(sorted, 99).toFixed(2)),
  };
};

/** Runs `once` in `inFlight` loops for some seconds; the first second warms up and is not counted. */
export const measure = async (inFlight, seconds, makeOnce) => {
  const loops = await Promise.all(Array.from({ length: inFlight }, () => makeOnce()));
  const begun = performance.now();
  const countFrom = begun + 1_000;
  const end = countFrom + seconds * 1_000;
  const latencies = [];
  await Promise.all(
    loops.map(async (once) => {
      for (let now = performance.now(); now < end;) {
        await once();
        const after = performance.now();
        if (now >= countFrom) latencies.push(after - now);
        now = after;
      }
    }),
  );
  return summary(latencies, seconds);
};

/** A loop's step: one request on a connection of its own. */
export const httpLoop = (url, request, expected) => async () => {
  const { hostname, port } = new URL(url);
  const connection = await Connection.open(hostname, Number(port));
  return async () => {
    const { status, body } = await connection.send(request);
    if (status !== expected) throw new Error(`Answered ${status}: ${body}`);
  };
};

/** A pool that sends only when one of its connections is free, and counts the answers. */
export class Connections {
  #free;
  #busy = new Set();
  #answered = 0;

  static async open(url, size) {
    const { hostname, port } = new URL(url);
    const pool = new Connections();
    pool.#free = await Promise.all(Array.from({ length: size }, () => Connection.open(hostname, Number(port))));
    return pool;
  }

  send(request) {
    const connection = this.#free.pop();
    if (connection === undefined) return false;
    const sent = connection.send(request).then(({ status, body }) => {
      if (status !== 201) throw new Error(`Answered ${status}: ${body}`);
      this.#answered += 1;
      this.#free.push(connection);
      this.#busy.delete(sent);
    });
    this.#busy.add(sent);
    return true;
  }

  async close() {
    await Promise.all(this.#busy);
    for (const { socket } of this.#free) socket.destroy();
    return this.#answered;
  }
}
