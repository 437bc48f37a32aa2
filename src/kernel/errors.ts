/** The one error class that handlers throw and protocols write. */

interface AwsErrorOptions {
  /** HTTP status; taken from the model, or our table of unmodelled errors, when absent. */
  readonly status?: number;
  readonly fault?: 'Sender' | 'Receiver';
  /** Modelled members of the error shape besides Message, e.g. S3's BucketName or DynamoDB's CancellationReasons. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that AWS would give. Its `code` is the code on the wire or the model's shape name. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly fault: 'Sender' | 'Receiver' | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.status = options.status;
    this.fault = options.fault;
    this.fields = options.fields;
    this.headers = options.headers;
  }
}

const staleMessage = 'The state was reset while this request was running.';

/** The state in which this work began is no more: it was reset, exchanged or closed. */
export function stale(): AwsError {
  return new AwsError('ServiceUnavailable', staleMessage, { status: 503 });
}

export function isStale(error: unknown): boolean {
  return error instanceof AwsError && error.message === staleMessage;
}

/** The codes that an API may answer: those its operations declare (by wire code or shape name) and those of our list of unmodelled errors. */
type ErrorCode<A extends object> = { [O in keyof A]: A[O] extends { errors: infer C extends string } ? C : never }[keyof A];

/** `awsError<SQS>('QueueDoesNotExist', '…')`: an AwsError whose code is checked against the API. Without the API's type no code is accepted. */
export function awsError<A extends object = never>(code: ErrorCode<A>, message: string, options?: AwsErrorOptions): AwsError {
  return new AwsError(code, message, options);
}

/** Throws, as an expression: `tx.get(Queues, name) ?? fail(queueDoesNotExist())`. */
export function fail(error: Error): never {
  throw error;
}

/** Every operation of a model that nobody built yet. `instead`: a sentence that says what to do instead. */
export function notImplemented(service: string, operation: string, instead = ''): AwsError {
  const sentences = [`Nuvola does not implement ${service}:${operation} yet.`, instead, 'See /_nuvola/coverage for what is built.'];
  return new AwsError('NotImplemented', sentences.filter((sentence) => sentence !== '').join(' '), { status: 501 });
}
