/** A denial as each service says it. */
import type { Protocol } from '../../api/model';
import type { AccessQuestion } from '../../kernel/access';
import { sealDenial } from '../../kernel/denials';
import { AwsError } from '../../kernel/errors';
import type { Registry } from '../../kernel/registry';
import type { Tx } from '../../kernel/tx';
import { type AccessRequest, type Decision, denialMessage, isNearby } from '../../policy';
import { accessDenied, dialectOf, missingAuthentication } from '../errors';
import { authorizationIdOf } from './decisions';
import { decodedMessage } from './decoded-message';

interface Denied {
  readonly question: AccessQuestion;
  readonly request: AccessRequest;
  readonly decision: Decision;
}

/** `User: … is not authorized to perform: …`, with the action as the service spells it. */
export function denialSentence({ question, request, decision }: Denied, registry: Registry): string {
  const { spellAction, spellResource } = registry.loaded(question.service)?.facts ?? {};
  const { action, resource } = request;
  return denialMessage(request, decision, {
    quotesResource: question.service === 's3',
    action: spellAction?.(action),
    resource: spellResource?.(resource.arn, action),
  });
}

/** Codes of services that do not say AccessDenied or AccessDeniedException (their models and API references). */
const ownCodes: Readonly<Record<string, string>> = { sns: 'AuthorizationError' };

/** The error that the caller gets. `sentence` is what `denialSentence` gave. */
export function denialError(tx: Tx, denied: Denied, sentence: string): AwsError {
  const { question, request } = denied;
  const dialect = dialectOf(question.service, question.request.protocol as Protocol);
  if (request.caller.type === 'anonymous') return missingAuthentication(dialect);
  if (dialect === 's3') return accessDenied('s3', isTold(request) ? sentence : undefined);
  if (dialect === 'ec2') return unauthorizedOperation(tx, denied, sentence);
  const message = isTold(request) ? `${sentence}. ${whereToAsk(question)}` : sentence;
  const code = ownCodes[question.service];
  return code === undefined ? accessDenied(dialect, message) : new AwsError(code, message, { status: 403, fault: 'Sender' });
}

/**
 * Strangers to the account are told no more than that (S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors":
 * enhanced messages for requests within an account or an organization). The same goes for authorization ids (IAM User Guide,
 * "Troubleshoot access denied error messages with authorization ID").
 */
function isTold(request: AccessRequest): boolean {
  const { type } = request.caller;
  return type !== 'service' && type !== 'identity' && isNearby(request);
}

const consoles: Readonly<Record<string, string>> = { 'aws-cn': 'console.amazonaws.cn', 'aws-us-gov': 'console.amazonaws-us-gov.com' };

/**
 * In AWS's words (IAM User Guide, "Troubleshoot access denied error messages with authorization ID"), console and all:
 * programs compare messages. Here `nuvola logs` says what to run instead.
 */
function whereToAsk({ request, place }: AccessQuestion): string {
  const id = authorizationIdOf(request.id);
  const host = `${place.region}.${consoles[place.partition] ?? 'console.aws.amazon.com'}`;
  const page = `https://${host}/iam/home?region=${place.region}#/authorization-details/${id}`;
  return `Go to ${page} for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: ${id}`;
}

function unauthorizedOperation(tx: Tx, { request, decision }: Denied, sentence: string): AwsError {
  const encoded = sealDenial(tx, request.caller.account, decodedMessage({ request, decision, allowed: false }));
  const message = `You are not authorized to perform this operation. ${sentence}. Encoded authorization failure message: ${encoded}`;
  return new AwsError('UnauthorizedOperation', message, { status: 403, fault: 'Sender' });
}
