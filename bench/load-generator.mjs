/**
 * The load: a process of its own that writes prepared requests to keep-alive sockets and reads the answers with as little
 * work as possible, so that it is cheap and steady. Told what to do, and answering, over IPC.
 *
 * @typedef {object} Request
 * @property {Uint8Array} [bytes] the whole request; or, when it needs something of an earlier answer:
 * @property {[before: string, after: string]} [template] a body around that text, sent after `head`
 * @property {string} [head] the head that goes with a template, without content-length and the empty line
 * @property {[before: string, after: string]} [extract] remembers the text between these of the answer, for the next template
 * @property {string} [expect] must be in the answer's body; looked at on samples
 * @typedef {object} Plan
 * @property {number} port
 * @property {number} connections
 * @property {number} [seconds] how long; or
 * @property {number} [calls] how many calls in all, in equal parts on all connections
 * @property {Request[]} requests each connection goes through them in order
 * @property {boolean} spread whether connections begin at different requests
 * @typedef {{ calls: number, seconds: number, p50Ms: number, p99Ms: number, cpuUs: number }} Result
 */
import { createConnection } from 'node:net';

const sampleEvery = 64;
/** No answer here has a longer head. */
const headBytes = 4096;

/** One keep-alive connection with one request under way. */
class Connection {
  /** @param {Plan} plan @param {number} at @param {(connection: Connection) => boolean} onAnswer whether to go on */
  constructor(plan, at, onAnswer) {
    this.plan = plan;
    this.at = at;
    this.onAnswer = onAnswer;
    this.remembered = '';
    this.started = 0;
    this.answers = 0;
    /** Bytes of the answer that are still to come; -1 before its head is whole; -2 when it is chunked. */
    this.missing = -1;
    this.text = '';
    this.received = 0;
    this.keepsText = false;
    /** @type {Promise<void>} */
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.socket = createConnection({ port: plan.port, host: '127.0.0.1', noDelay: true });
    this.socket.on('connect', () => this.next());
    this.socket.on('data', (chunk) => this.read(chunk));
    this.socket.on('error', (error) => this.reject?.(error));
    this.socket.on('close', () => this.reject?.(new Error('the server closed a connection under load')));
  }

  next() {
    const request = this.request;
    this.keepsText = request.extract !== undefined || (request.expect !== undefined && this.answers % sampleEvery === 0);
    this.missing = -1;
    this.text = '';
    this.received = 0;
    this.started = performance.now();
    if (request.bytes !== undefined) this.socket.write(request.bytes);
    else {
      const [before, after] = request.template ?? ['', ''];
      const body = `${before}${this.remembered}${after}`;
      this.socket.write(`${request.head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }
  }

  get request() {
    return /** @type {Request} */ (this.plan.requests[this.at % this.plan.requests.length]);
  }

  /** @param {Buffer} chunk */
  read(chunk) {
    if (this.missing >= 0) {
      this.missing -= chunk.length;
      if (this.keepsText) this.text += chunk.toString('latin1');
      if (this.missing === 0) this.finish();
      return;
    }
    this.received += chunk.length;
    this.text += this.keepsText ? chunk.toString('latin1') : chunk.toString('latin1', 0, headBytes);
    const end = this.text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.text)?.[1];
    if (length !== undefined) {
      this.missing = end + 4 + Number(length) - this.received;
      if (this.missing === 0) this.finish();
    } else if (!/\r\ntransfer-encoding: *chunked/i.test(this.text)) this.finish();
    else if (this.text.endsWith('0\r\n\r\n')) this.finish();
    else this.missing = -2;
  }

  finish() {
    const { extract, expect } = this.request;
    const status = this.text.slice(9, 12);
    if (!status.startsWith('2')) return this.fail(`answered ${status}: ${this.text.slice(0, 800)}`);
    if (this.keepsText && expect !== undefined && !this.text.includes(expect))
      return this.fail(`lacks ${expect}: ${this.text.slice(0, 800)}`);
    if (extract !== undefined) {
      const from = this.text.indexOf(extract[0]);
      if (from < 0) return this.fail(`lacks ${extract[0]}: ${this.text.slice(0, 800)}`);
      this.remembered = this.text.slice(from + extract[0].length, this.text.indexOf(extract[1], from + extract[0].length));
    }
    this.answers++;
    this.at++;
    if (this.onAnswer(this)) this.next();
    else {
      this.resolve?.();
      this.socket.removeAllListeners('close').destroy();
    }
  }

  fail(/** @type {string} */ message) {
    this.reject?.(new Error(message));
    this.socket.destroy();
  }
}

/** @param {Plan} plan @returns {Promise<Result>} */
async function run(plan) {
  /** @type {number[]} */
  const latencies = [];
  const stride = plan.spread ? Math.ceil(plan.requests.length / plan.connections) : 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = plan.seconds === undefined ? Number.POSITIVE_INFINITY : start + plan.seconds * 1000;
  // The same number on each connection: what one did more, another would leave out.
  const quota = plan.calls === undefined ? Number.POSITIVE_INFINITY : Math.ceil(plan.calls / plan.connections);
  const onAnswer = (/** @type {Connection} */ connection) => {
    const now = performance.now();
    latencies.push(now - connection.started);
    return now < end && connection.answers < quota;
  };
  // A sleeping client has to be woken, and the server's write pays for that: the slower server more often. So this one never sleeps.
  let awake = true;
  const stayAwake = () => awake && setImmediate(stayAwake);
  if (plan.connections > 1) stayAwake();
  await Promise.all(Array.from({ length: plan.connections }, (_, n) => new Connection(plan, n * stride, onAnswer).done));
  awake = false;
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  const quantile = (/** @type {number} */ q) => latencies[Math.floor(latencies.length * q)] ?? 0;
  return { calls: latencies.length, seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), cpuUs: user + system };
}

process.on('message', (/** @type {Plan} */ plan) => {
  run(plan).then(
    (result) => process.send?.({ result }),
    (error) => process.send?.({ error: String(error.message ?? error) }),
  );
});
process.on('disconnect', () => process.exit(0));
