/** What AWS does on the wire and botocore's models no longer say, or never did. Applied when tables are written. */
import type { Protocol } from '../../src/api/model';

export interface Overlay {
  readonly protocols?: readonly Protocol[];
  readonly xmlNamespace?: string;
  /** `Shape.member` to its name in the query protocol. */
  readonly queryNames?: Readonly<Record<string, string>>;
  /** Maps whose keys and values have names of their own in the query protocol. */
  readonly mapNames?: Readonly<Record<string, readonly [key: string, value: string]>>;
  /** Error shape to wire code and status. */
  readonly errors?: Readonly<Record<string, readonly [code: string, status: number]>>;
}

/**
 * SQS moved from query to JSON in 2023 and still answers both; its older clients speak query only.
 * Names, codes and statuses are those of its API reference (and of the SDK for JavaScript, whose schemas kept them).
 */
const sqs: Overlay = {
  protocols: ['json', 'query'],
  xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
  queryNames: {
    'AddPermissionRequest.AWSAccountIds': 'AWSAccountId',
    'AddPermissionRequest.Actions': 'ActionName',
    'ChangeMessageVisibilityBatchRequest.Entries': 'ChangeMessageVisibilityBatchRequestEntry',
    'ChangeMessageVisibilityBatchResult.Successful': 'ChangeMessageVisibilityBatchResultEntry',
    'ChangeMessageVisibilityBatchResult.Failed': 'BatchResultErrorEntry',
    'CreateQueueRequest.Attributes': 'Attribute',
    'CreateQueueRequest.tags': 'Tag',
    'DeleteMessageBatchRequest.Entries': 'DeleteMessageBatchRequestEntry',
    'DeleteMessageBatchResult.Successful': 'DeleteMessageBatchResultEntry',
    'DeleteMessageBatchResult.Failed': 'BatchResultErrorEntry',
    'GetQueueAttributesRequest.AttributeNames': 'AttributeName',
    'GetQueueAttributesResult.Attributes': 'Attribute',
    'ListDeadLetterSourceQueuesResult.queueUrls': 'QueueUrl',
    'ListMessageMoveTasksResult.Results': 'ListMessageMoveTasksResultEntry',
    'ListQueueTagsResult.Tags': 'Tag',
    'ListQueuesResult.QueueUrls': 'QueueUrl',
    'Message.Attributes': 'Attribute',
    'Message.MessageAttributes': 'MessageAttribute',
    'MessageAttributeValue.StringListValues': 'StringListValue',
    'MessageAttributeValue.BinaryListValues': 'BinaryListValue',
    'MessageSystemAttributeValue.StringListValues': 'StringListValue',
    'MessageSystemAttributeValue.BinaryListValues': 'BinaryListValue',
    'ReceiveMessageRequest.AttributeNames': 'AttributeName',
    'ReceiveMessageRequest.MessageSystemAttributeNames': 'AttributeName',
    'ReceiveMessageRequest.MessageAttributeNames': 'MessageAttributeName',
    'ReceiveMessageResult.Messages': 'Message',
    'SendMessageBatchRequest.Entries': 'SendMessageBatchRequestEntry',
    'SendMessageBatchRequestEntry.MessageAttributes': 'MessageAttribute',
    'SendMessageBatchRequestEntry.MessageSystemAttributes': 'MessageSystemAttribute',
    'SendMessageBatchResult.Successful': 'SendMessageBatchResultEntry',
    'SendMessageBatchResult.Failed': 'BatchResultErrorEntry',
    'SendMessageRequest.MessageAttributes': 'MessageAttribute',
    'SendMessageRequest.MessageSystemAttributes': 'MessageSystemAttribute',
    'SetQueueAttributesRequest.Attributes': 'Attribute',
    'TagQueueRequest.Tags': 'Tag',
    'UntagQueueRequest.TagKeys': 'TagKey',
  },
  mapNames: {
    MessageBodyAttributeMap: ['Name', 'Value'],
    MessageBodySystemAttributeMap: ['Name', 'Value'],
    MessageSystemAttributeMap: ['Name', 'Value'],
    QueueAttributeMap: ['Name', 'Value'],
    TagMap: ['Key', 'Value'],
  },
  errors: {
    BatchEntryIdsNotDistinct: ['AWS.SimpleQueueService.BatchEntryIdsNotDistinct', 400],
    BatchRequestTooLong: ['AWS.SimpleQueueService.BatchRequestTooLong', 400],
    EmptyBatchRequest: ['AWS.SimpleQueueService.EmptyBatchRequest', 400],
    InvalidAddress: ['InvalidAddress', 404],
    InvalidBatchEntryId: ['AWS.SimpleQueueService.InvalidBatchEntryId', 400],
    InvalidSecurity: ['InvalidSecurity', 403],
    KmsAccessDenied: ['KMS.AccessDeniedException', 400],
    KmsDisabled: ['KMS.DisabledException', 400],
    KmsInvalidKeyUsage: ['KMS.InvalidKeyUsageException', 400],
    KmsInvalidState: ['KMS.InvalidStateException', 400],
    KmsNotFound: ['KMS.NotFoundException', 400],
    KmsOptInRequired: ['KMS.OptInRequired', 403],
    KmsThrottled: ['KMS.ThrottlingException', 400],
    MessageNotInflight: ['AWS.SimpleQueueService.MessageNotInflight', 400],
    OverLimit: ['OverLimit', 403],
    PurgeQueueInProgress: ['AWS.SimpleQueueService.PurgeQueueInProgress', 403],
    QueueDeletedRecently: ['AWS.SimpleQueueService.QueueDeletedRecently', 400],
    QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue', 400],
    QueueNameExists: ['QueueAlreadyExists', 400],
    ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
    RequestThrottled: ['RequestThrottled', 403],
    ResourceNotFoundException: ['ResourceNotFoundException', 404],
    TooManyEntriesInBatchRequest: ['AWS.SimpleQueueService.TooManyEntriesInBatchRequest', 400],
    UnsupportedOperation: ['AWS.SimpleQueueService.UnsupportedOperation', 400],
  },
};

/** The XML services' namespaces, which botocore only gives on the payloads of requests; answers carry them too. */
export const overlays: Readonly<Record<string, Overlay>> = {
  sqs,
  s3: { xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/' },
  s3control: { xmlNamespace: 'http://awss3control.amazonaws.com/doc/2018-08-20/' },
  route53: { xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/' },
  cloudfront: { xmlNamespace: 'http://cloudfront.amazonaws.com/doc/2020-05-31/' },
};
