/** The statement that a policy lacks for a request to be allowed. */
import type { AccessRequest, Caller, CallFacts, Layer } from '../../policy';
import { literalResource } from './generate-resources';

/** As it stands in a document. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Principal?: '*' | Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The least statement that lets a request through a kind of policies. */
export function missingStatement({ caller, action, resource, call, policies }: AccessRequest, layer: Layer): PolicyStatement {
  const namesCaller = layer === 'resource' || layer === 'endpoint';
  const isTrust =
    layer === 'resource' && (policies.resource?.policy.kind === 'trust' || /^sts:(AssumeRole|TagSession|SetSourceIdentity)/i.test(action));
  return {
    Effect: 'Allow',
    ...(namesCaller && { Principal: principalElement(caller) }),
    Action: action,
    ...(!isTrust && { Resource: literalResource(resource.arn) }),
    ...(layer === 'resource' && caller.type === 'service' && sourceCondition(call?.source)),
  };
}

/** On whose behalf a service may deliver. */
function sourceCondition({ arn, account }: NonNullable<CallFacts['source']> = {}): Pick<PolicyStatement, 'Condition'> {
  const condition = {
    ...(arn !== undefined && { ArnLike: { 'aws:SourceArn': arn } }),
    ...(account !== undefined && { StringEquals: { 'aws:SourceAccount': account } }),
  };
  return Object.keys(condition).length > 0 ? { Condition: condition } : {};
}

function principalElement(caller: Caller): '*' | Record<string, string> {
  switch (caller.type) {
    case 'anonymous':
      return '*';
    case 'service':
      return { Service: caller.service ?? caller.arn };
    case 'identity':
      return { Federated: caller.federatedProvider ?? caller.arn };
    case 'role-session':
      return { AWS: caller.entityArn ?? caller.arn };
    default:
      return { AWS: caller.arn };
  }
}
