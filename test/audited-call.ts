/** A call as the record of calls notes it. */
import type { AuditedCall } from '../src/kernel';

const account = '111122223333';

/** A CreateQueue by that account's root in us-east-1, of which nothing more is told than what is given. */
export function auditedCall(
  more: Partial<Omit<AuditedCall, 'operation'>> & { readonly operation?: Partial<AuditedCall['operation']> },
): AuditedCall {
  return {
    requestId: '6ac50c71-1df5-4a30-95ac-37afdb6b60ae',
    at: 0,
    region: 'us-east-1',
    recipient: account,
    principal: { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account, accessKeyId: account },
    sourceIp: '127.0.0.1',
    userAgent: 'agent',
    secureHost: undefined,
    parameters: undefined,
    response: undefined,
    additional: undefined,
    errorCode: undefined,
    errorMessage: undefined,
    resources: undefined,
    owner: undefined,
    sharedId: undefined,
    ...more,
    operation: {
      service: 'sqs',
      eventSource: 'sqs.amazonaws.com',
      eventName: 'CreateQueue',
      apiVersion: undefined,
      readOnly: false,
      dataType: undefined,
      named: [],
      ...more.operation,
    },
  };
}
