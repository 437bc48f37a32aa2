/** The policy simulator: what would policies allow? And which context keys do they ask for? */
import type { IAM } from '../../../../generated/api/iam';
import { accountOfArn, defineOperations, fail, parseArn, type TxContext } from '../../../kernel';
import { type Caller, type ContextValue, type PolicyKind, parsePolicy, policyProblem } from '../../../policy';
import { attachmentsOf, inlinePoliciesOf } from '../attachments';
import { contextKeysOf } from '../context-keys';
import { type Entity, findEntity, requireHolderArn, unfitArn } from '../entities';
import { invalidInput, noSuchEntity } from '../errors';
import { documentOf, policyByArn } from '../managed-policies/managed';
import { defaultItems, listedPage, type PageRequest } from '../paging';
import { type SimulatedPolicy, type Simulation, simulator } from '../simulation';
import { type User, userArn } from '../state';
import { groupsOf } from './groups';

interface SimulationInput extends PageRequest {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly PolicyInputList?: readonly string[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly CallerArn?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly ResourceHandlingOption?: string | undefined;
}

interface ContextEntry {
  readonly ContextKeyName?: string | undefined;
  readonly ContextKeyValues?: readonly string[] | undefined;
  readonly ContextKeyType?: string | undefined;
}

/** What AWS puts for `aws:userid` where nobody calls (recorded). */
const stubUserId = 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR';

export const simulationOperations = defineOperations<IAM>()({
  /** The API reference says that actions have no wildcards; they were recorded to be taken as they are. */
  SimulateCustomPolicy(ctx, input) {
    const [boundary] = boundariesOf(input);
    const caller = input.CallerArn === undefined ? undefined : callerOf(input.CallerArn);
    return answer(ctx, input, { identity: policiesOf(input), boundary, ...callerFacts(ctx, caller) });
  },

  SimulatePrincipalPolicy(ctx, input) {
    const { tx } = ctx;
    const source = requireSource(ctx, input.PolicySourceArn);
    const [given] = boundariesOf(input);
    const own = source.kind === 'user' ? entityCaller(ctx, source.record) : undefined;
    const caller = input.CallerArn === undefined ? own : callerOf(input.CallerArn);
    const boundary = given ?? boundaryOf(tx, source);
    const identity = [...entityPolicies(ctx, source), ...policiesOf(input)];
    return answer(ctx, input, { identity, boundary, scps: scpsOf(ctx), ...callerFacts(ctx, caller) });
  },

  GetContextKeysForCustomPolicy(_, { PolicyInputList }) {
    return { ContextKeyNames: PolicyInputList.flatMap(requireContextKeys) };
  },

  GetContextKeysForPrincipalPolicy(ctx, { PolicySourceArn, PolicyInputList = [] }) {
    const source = requireSource(ctx, PolicySourceArn);
    const boundary = boundaryOf(ctx.tx, source);
    const texts = [...entityPolicies(ctx, source), ...(boundary ? [boundary] : [])].map(({ text }) => text);
    return { ContextKeyNames: [...texts, ...PolicyInputList].flatMap(requireContextKeys) };
  },
});

type Given = Pick<Simulation, 'identity' | 'boundary' | 'scps' | 'caller' | 'hasCaller'>;

function answer(ctx: TxContext, input: SimulationInput, given: Given) {
  const { ActionNames, ResourceArns = [], ResourcePolicy, ResourceOwner, ContextEntries = [] } = input;
  for (const action of ActionNames) if (!action.includes(':')) throw invalidInput('The action is invalid since it is missing names');
  requireArns(ResourceArns.filter((arn) => arn !== '*'));
  if (input.ResourceHandlingOption !== undefined) requireScenario(input.ResourceHandlingOption, ResourceArns);
  // Codes recorded, sentences guessed.
  if (ResourcePolicy !== undefined && !given.hasCaller) throw invalidInput('CallerArn is required with a resource policy.');
  if (ResourcePolicy !== undefined && (ResourceArns.length === 0 || ResourceArns.includes('*')))
    throw invalidInput('A resource policy needs the ARNs of resources.');
  const simulation: Simulation = {
    ...given,
    resourcePolicy: ResourcePolicy === undefined ? undefined : requireResourcePolicy(ResourcePolicy),
    resourceAccount: ResourceOwner === undefined ? given.caller.account : accountOf(ResourceOwner),
    context: { ...(!given.hasCaller && { 'aws:userid': stubUserId }), ...contextOf(ContextEntries) },
    now: ctx.now,
  };
  const { simulate, looks } = simulator(simulation, ResourceArns);
  const { items, end } = listedPage('simulation', { ...input, MaxItems: resultsPerPage(input.MaxItems, looks) }, ActionNames);
  return { EvaluationResults: items.map(simulate), ...end };
}

/** Nobody else is answered meanwhile: some two seconds. No page tells of AWS's limit, but that IAM "might return fewer than the MaxItems number of results". */
const mostLooks = 100_000;

function resultsPerPage(wanted = defaultItems, looksPerResult: number): number {
  if (looksPerResult > mostLooks) throw invalidInput('There are too many policies and resources for one simulation.');
  return Math.min(wanted, Math.floor(mostLooks / looksPerResult));
}

function requireArns(resources: readonly string[]): void {
  const other = resources.find((resource) => !parseArn(resource));
  if (other !== undefined) throw invalidInput(`ResourceNames are not in a valid ARN format: ${other}.`);
}

/** Of EC2, and what resources each must be simulated on (API reference, ResourceHandlingOption). */
const scenarios: Readonly<Record<string, readonly string[]>> = {
  'EC2-VPC-InstanceStore': ['instance', 'image', 'security-group', 'network-interface'],
  'EC2-VPC-InstanceStore-Subnet': ['instance', 'image', 'security-group', 'network-interface', 'subnet'],
  'EC2-VPC-EBS': ['instance', 'image', 'security-group', 'network-interface', 'volume'],
  'EC2-VPC-EBS-Subnet': ['instance', 'image', 'security-group', 'network-interface', 'subnet', 'volume'],
};

/** Throws where a resource of the scenario is missing; the errors are guesses. */
function requireScenario(option: string, resources: readonly string[]): void {
  const needed = Object.hasOwn(scenarios, option) ? scenarios[option] : undefined;
  if (!needed) throw invalidInput(`ResourceHandlingOption ${option} is not valid.`);
  const given = new Set(resources.map((arn) => parseArn(arn)).map((arn) => (arn?.service === 'ec2' ? arn.resource.split('/')[0] : '')));
  const missing = needed.filter((kind) => !given.has(kind));
  if (missing.length > 0) throw invalidInput(`ResourceHandlingOption ${option} needs resources of the types: ${missing.join(', ')}.`);
}

/** Unlike elsewhere, its statements must name resources by ARN, not by `*` (recorded). */
function requireResourcePolicy(text: string): SimulatedPolicy {
  const policy = requireGood('ResourcePolicy', text, 'resource');
  requireArns(parsePolicy(text, 'resource').statements.flatMap(({ resources }) => resources?.names ?? []));
  return policy;
}

function requireGood(source: string, text: string, kind: PolicyKind): SimulatedPolicy {
  const problem = policyProblem(text, kind);
  if (problem !== undefined) throw invalidInput(problem);
  return { source, text };
}

const policiesOf = ({ PolicyInputList = [] }: SimulationInput) =>
  PolicyInputList.map((text, index) => requireGood(`PolicyInputList.${index + 1}`, text, 'inline'));

function boundariesOf({ PermissionsBoundaryPolicyInputList: texts = [] }: SimulationInput): readonly SimulatedPolicy[] {
  if (texts.length > 1) throw invalidInput('The list of Permissions Boundary policies cannot exceed 1 items.');
  return texts.map((text) => requireGood('PermissionsBoundaryPolicyInputList.1', text, 'managed'));
}

function requireContextKeys(text: string): readonly string[] {
  return contextKeysOf(text) ?? fail(invalidInput('The policy document is malformed.')); // a guess
}

const listType = /List$/;

/** A list stays one, even of one value. */
function contextOf(entries: readonly ContextEntry[]): Readonly<Record<string, ContextValue>> {
  return Object.fromEntries(
    entries.flatMap(
      ({ ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type = 'string' }): [string, ContextValue][] => {
        if (name === undefined) return [];
        if (listType.test(type)) return [[name, values]];
        if (values.length > 1) throw invalidInput(`Context key ${name} of type ${type} has more than one value.`); // a guess
        return values.length === 0 ? [] : [[name, values[0] as string]];
      },
    ),
  );
}

/** Of `arn:aws:iam::123456789012:root`. Numbers alone are refused (recorded). */
function accountOf(owner: string): string {
  const account = accountOfArn(owner);
  return account === undefined || !/^\d{12}$/.test(account) ? fail(unfitArn(owner)) : account;
}

// ---- who calls ----

function callerFacts({ account, partition }: TxContext, caller: Caller | undefined): Pick<Simulation, 'caller' | 'hasCaller'> {
  return {
    caller: caller ?? { type: 'user', arn: `arn:${partition}:iam::${account}:user/${stubUserId}`, account, id: stubUserId },
    hasCaller: !!caller,
  };
}

/** "You can specify only the ARN of an IAM user" (API reference); AWS takes that of groups and roles too (recorded). */
function callerOf(text: string): Caller {
  const { arn, kind, name } = requireHolderArn(text);
  return { type: 'user', arn: text, account: arn.account, id: text, ...(kind === 'user' && { userName: name }) };
}

function entityCaller({ tx, account }: TxContext, user: User): Caller {
  const arn = userArn(user, tx.place);
  return { type: 'user', arn, account, id: user.id, userName: user.name, tags: tx.tagsOf(arn) };
}

/** By name alone: AWS does not look at the path (recorded). */
function requireSource({ tx, account }: TxContext, text: string): Entity {
  const { arn, kind, name } = requireHolderArn(text);
  if (arn.account !== account) {
    throw invalidInput(
      `Invalid Policy Source Arn: caller's account ${account} does not have access to policies in account ${arn.account}.`,
    );
  }
  return findEntity(tx, kind, name) ?? fail(noSuchEntity('Unable to retrieve specified IAM entity.'));
}

/** Its own and those of its groups; a managed policy counts once, however often it is attached. */
function entityPolicies({ tx }: TxContext, entity: Entity): readonly SimulatedPolicy[] {
  const groups = entity.kind === 'user' ? groupsOf(tx, entity.record.id) : [];
  const holders: Entity[] = [entity, ...groups.map((record): Entity => ({ kind: 'group', record }))];
  const inline = holders.flatMap((holder) =>
    inlinePoliciesOf(tx, holder.record.id).map(({ name, document }) => ({
      source: `${holder.kind}_${holder.record.name}_${name}`,
      text: document,
    })),
  );
  const arns = new Set(holders.flatMap((holder) => attachmentsOf(tx, holder.record.id).map(({ policyArn }) => policyArn)));
  const managed = [...arns].flatMap((arn) => {
    const policy = policyByArn(tx, arn);
    return policy ? [{ source: policy.name, text: documentOf(tx, policy) }] : [];
  });
  return [...inline, ...managed];
}

function boundaryOf(tx: TxContext['tx'], entity: Entity): SimulatedPolicy | undefined {
  const arn = entity.kind === 'group' ? undefined : entity.record.boundary;
  const policy = arn === undefined ? undefined : policyByArn(tx, arn);
  return policy && { source: policy.name, text: documentOf(tx, policy) };
}

/** Nothing binds the management account, though it is told of its organization. */
function scpsOf(ctx: TxContext): Simulation['scps'] {
  const facts = ctx.accountFacts(ctx.account);
  if (!facts?.scps) return undefined;
  return facts.organization.isManagement ? [] : facts.scps.map((level) => level.map(({ text }) => text));
}
