/** Ties the generated types of every service to handlers and calls. */
import type { ServiceApis } from '../../generated/api/index';

/** `{ sqs: SQS, s3: S3, … }`; each maps operation names to `{ input, output, errors }`. */
export type ServiceId = keyof ServiceApis & string;
export type OperationOf<S extends ServiceId> = keyof ServiceApis[S] & string;
type Io<A, O extends keyof A> = A[O] extends { input: infer I; output: infer P } ? { input: I; output: P } : never;
export type OperationInput<S extends ServiceId, O extends OperationOf<S>> = Io<ServiceApis[S], O>['input'];
export type OperationOutput<S extends ServiceId, O extends OperationOf<S>> = Io<ServiceApis[S], O>['output'];
