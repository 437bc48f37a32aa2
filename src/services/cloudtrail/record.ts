/** A call as an event of CloudTrail (User Guide, "CloudTrail record contents for management, data, and network activity events"). */
import { type AuditedCall, eventIdOf } from '../../kernel';
import { secondText } from './names';
import { resourceTypeOf } from './resources';
import { userIdentity } from './user-identity';

const eventVersion = '1.11';

/** The event, its members in the order in which AWS writes them; those that do not apply are absent. */
export function toRecord(call: AuditedCall): Record<string, unknown> {
  const { operation, errorCode, errorMessage, resources, secureHost } = call;
  const isManagement = operation.dataType === undefined;
  return {
    eventVersion,
    userIdentity: userIdentity(call),
    eventTime: secondText(call.at),
    eventSource: operation.eventSource,
    eventName: operation.eventName,
    awsRegion: call.region,
    sourceIPAddress: call.sourceIp,
    // S3's servers have always put it into brackets.
    userAgent: operation.service === 's3' ? `[${call.userAgent}]` : call.userAgent,
    ...(errorCode !== undefined && { errorCode, errorMessage }),
    requestParameters: orNull(call.parameters),
    responseElements: orNull(call.response),
    ...(call.additional !== undefined && { additionalEventData: call.additional }),
    requestID: call.requestId,
    eventID: eventIdOf(call),
    readOnly: operation.readOnly,
    ...(resources && resources.length > 0 && { resources: resources.map((arn) => resourceOf(call, arn)) }),
    eventType: 'AwsApiCall',
    ...(operation.apiVersion !== undefined && { apiVersion: operation.apiVersion }),
    managementEvent: isManagement,
    recipientAccountId: call.recipient,
    ...(call.sharedId !== undefined && { sharedEventID: call.sharedId }),
    eventCategory: isManagement ? 'Management' : 'Data',
    ...(secureHost !== undefined && { tlsDetails: { clientProvidedHostHeader: secureHost } }),
  };
}

/** A request without parameters and an answer that says nothing are null. */
function orNull(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' && Object.keys(value).length === 0 ? null : value;
}

/** What is done to all objects of a bucket is shown with a prefix instead of an ARN, and no owner. */
function resourceOf(call: AuditedCall, arn: string): Record<string, unknown> {
  const type = resourceTypeOf(arn);
  if (type === 'AWS::S3::Object') return { type, [arn.endsWith('/') ? 'ARNPrefix' : 'ARN']: arn };
  const account = arn.split(':', 5)[4] || (call.owner ?? call.recipient);
  return { accountId: account, ...(type !== undefined && { type }), ARN: arn };
}
