/** The policy engine: pure functions from policies and a request to a decision and its explanation. */
export { type CallerDetails, callerOf } from './caller';
export { type CompiledPolicy, type CompiledStatement, compileDocument, compilePolicy } from './compile';
export type { Context, ContextValue } from './context';
export { type DenialStyle, denialMessage, denialReason } from './denial';
export { MalformedPolicy, type PolicyDocument, type PolicyKind, parseOperator, type Statement } from './document';
export { type Decision, evaluate, type Layer } from './evaluate';
export { type Explanation, explain, type LayerVerdict, type StatementVerdict } from './explain';
export { contextValues, globalKeyNames } from './facts';
export { isNearby, isSameOrganization } from './nearby';
export { parsePolicy, policyProblem } from './parse';
export type { AccessRequest, AttachedPolicy, Caller, CallFacts, Membership, Policies, Resource } from './request';
export { maxPolicyChars, type PolicySizeLimit, policyChars, sizeProblem } from './sizes';
export { matchesWildcard } from './wildcard';
