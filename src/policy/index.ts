/** The policy engine: pure functions from policies and a request to a decision and its explanation. */
export { ActionRights, actionRights, isConditional } from './action-rights';
export { type CallerDetails, callerOf } from './caller';
export { compileDocument, compilePolicy, splitAction } from './compile';
export type { CompiledClause } from './condition';
export type { ContextValue } from './context';
export { denialMessage } from './denial';
export {
  type ConditionClause,
  MalformedPolicy,
  type NameList,
  type PolicyDocument,
  type PolicyKind,
  parseOperator,
  principalsOf,
  type Statement,
} from './document';
export { type Decision, evaluate, type Layer } from './evaluate';
export { type Explanation, explain, type LayerVerdict, type StatementVerdict } from './explain';
export { contextValues } from './facts';
export { isNearby, isSameOrganization } from './nearby';
export { parsePolicy, policyProblem } from './parse';
export { addPermission, oneOrList, type Permission, removePermission } from './permissions';
export type { AccessRequest, AttachedPolicy, Caller, CallFacts, Membership, Policies, Resource } from './request';
export { maxPolicyChars, policyChars, sizeProblem } from './sizes';
export { matchesWildcard } from './wildcard';
