/** Notes finished calls for CloudTrail: says what kind of event each is, and takes from it what the event shows. */
import type { Operation, Shape } from '../api/model';
import type { AuditedOperation, TrailRules } from '../kernel/audit';
import { type AuditedCaller, type AuditedExtras, type AuditPage, type WriteValue, writeJson } from '../kernel/audit-page';
import { AwsError } from '../kernel/errors';
import { lowerFirst } from '../kernel/first-letter';
import type { Place } from '../kernel/place';
import type { Principal } from '../kernel/principal';
import type { World } from '../kernel/world';
import type { WireResponse } from '../protocol/wire';
import { leaveOut, writerOf } from './audit-values';
import { type Call, operationOf } from './call';
import type { Service } from './services';

interface Rule {
  readonly operation: AuditedOperation;
  readonly rules: TrailRules;
  /** Undefined for operations that take nothing. */
  readonly input: WriteValue | undefined;
  /** Undefined for operations whose answer is not shown. */
  readonly output: WriteValue | undefined;
}

/** What names say of operations that change nothing; services declare the exceptions. */
const readOnlyName = /^(Get|List|Describe|Head|Lookup|Search|Query|Scan|BatchGet|TransactGet|Check|Select|Simulate|Decode|Validate|View)/;

/** Longer texts are cut (CloudTrail User Guide, "CloudTrail record contents"). */
const maxTextLength = 1024;

export class AuditStage {
  readonly #world: World;
  /** By service and operation; null for what is never recorded. */
  readonly #rules = new Map<Service, Map<string, Rule | null>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** To be called once a call has its answer; `at` in virtual ms. */
  note(call: Call, at: number): void {
    const { service, matched, place } = call;
    if (!matched || !place) return;
    const rule = this.#ruleOf(service, matched.operation);
    if (rule === null || call.failure?.code === 'NotImplemented') return;
    const { audit } = this.#world;
    const { dataType } = rule.operation;
    if (dataType !== undefined && !audit.wants(place.partition, dataType)) return;
    const page = audit.pageOf(place.partition);
    try {
      this.#write(page, rule, call, at);
    } catch (error) {
      // The call has its answer; what is wrong here is ours.
      page.cancel();
      this.#world.report(`noting ${service.id}:${matched.operation.name} for CloudTrail`, error);
    }
    audit.noted(page);
  }

  #write(page: AuditPage, { operation, rules, input, output }: Rule, call: Call, at: number): void {
    const { facts, failure } = call;
    const { name } = operationOf(call);
    const given = rules.parameters?.(name, call.input, facts);
    const answered = output === undefined || failure ? null : rules.response?.(name, call.output);
    page.begin(operation, callerOf(call), at, facts.id);
    if (given === undefined) page.value(input, call.input, 'requestParameters');
    else page.value(writeJson, given, 'requestParameters');
    if (answered === undefined) page.value(output, call.output, 'responseElements');
    else page.value(writeJson, answered, 'responseElements');
    page.end(extrasOf(rules, operation, call));
  }

  #ruleOf(service: Service, operation: Operation): Rule | null {
    let known = this.#rules.get(service);
    if (!known) this.#rules.set(service, (known = new Map()));
    let rule = known.get(operation.name);
    if (rule === undefined) known.set(operation.name, (rule = ruleOf(service, operation)));
    return rule;
  }
}

function callerOf({ place, principal, facts, request }: Call): AuditedCaller {
  const { account, region } = place as Place;
  return {
    region,
    recipient: account,
    principal: principal as Principal,
    sourceIp: facts.sourceIp,
    userAgent: cut(facts.userAgent),
    secureHost: request.secure ? request.host : undefined,
  };
}

/** What most calls do not have; then it is undefined. */
function extrasOf(rules: TrailRules, operation: AuditedOperation, call: Call): AuditedExtras | undefined {
  const { input, facts, sent, request, failure } = call;
  const answer = call.answer as WireResponse;
  const { name } = operationOf(call);
  const place = call.place as Place;
  const resources = rules.resources?.(name, input, place);
  const owner = rules.owner?.(name, input);
  const isOwn = owner === undefined || owner === place.account;
  const hasNoResources = resources === undefined || resources.length === 0;
  if (hasNoResources && isOwn && !failure && !rules.additional) return undefined;
  const bytesIn = sent?.length ?? request.contentLength ?? 0;
  const exchange = { request: facts, bytesIn, bytesOut: bytesOf(answer.body), answerHeaders: answer.headers };
  return {
    additional: rules.additional?.(exchange),
    error: failure && [errorName(call.service, operation, failure), cut(failure.message)],
    resources: hasNoResources ? undefined : resources,
    owner: isOwn ? undefined : owner,
    shared: undefined,
  };
}

/** How an operation counts: null when it is never recorded. */
function ruleOf({ id, model, definition }: Service, operation: Operation): Rule | null {
  const rules = definition?.trail ?? {};
  const audited = auditedOperation(id, operation, rules, model.endpointPrefix);
  if (audited === undefined) return null;
  const { input, output } = operation;
  const { hidden, leavesSecretsOut, mask } = rules;
  const isAnswered = !audited.readOnly || rules.answered?.includes(operation.name) === true;
  return {
    operation: audited,
    rules,
    input: input?.members?.size ? writerOf(input, { hidden, mask, secrets: leavesSecretsOut ? 'omitted' : 'masked' }) : undefined,
    output: isAnswered ? (output ? writerOf(output, { mask, secrets: mask === undefined ? 'omitted' : 'masked' }) : leaveOut) : undefined,
  };
}

/** The class of an operation: undefined when CloudTrail never records it. */
export function auditedOperation(
  service: string,
  { name, input, output }: Operation,
  rules: TrailRules,
  endpointPrefix: string,
): AuditedOperation | undefined {
  if (rules.unrecorded?.includes(name)) return undefined;
  return {
    service,
    eventSource: rules.eventSource ?? `${endpointPrefix}.amazonaws.com`,
    eventName: rules.eventNames?.[name] ?? name,
    apiVersion: rules.apiVersion,
    readOnly: rules.readOnly?.[name] ?? readOnlyName.test(name),
    dataType: rules.data?.[name],
    named: namedIn(rules, [...memberNames(input), ...memberNames(output), ...nestedNames(output)]),
  };
}

/** What of a service's names for resources an operation has; those of services with parameters of their own may appear anywhere. */
function namedIn({ named = {}, parameters }: TrailRules, shown: readonly string[]): [parameter: string, type: string][] {
  const all = Object.entries(named);
  return parameters ? all : all.filter(([parameter]) => shown.includes(parameter));
}

function memberNames(shape: Shape | undefined): string[] {
  return [...(shape?.members?.keys() ?? [])].map(lowerFirst);
}

/** Of structures in an answer: `accessKey.accessKeyId`. */
function nestedNames(shape: Shape | undefined): string[] {
  return [...(shape?.members?.values() ?? [])].flatMap((member) => memberNames(member.shape));
}

/** CloudTrail names errors as SDKs do: by the shape where the model has one, else by the code on the wire. */
function errorName({ model }: Service, { service }: AuditedOperation, { code, status = 400 }: AwsError): string {
  if (service === 'ec2') return `${status < 500 ? 'Client' : 'Server'}.${code}`;
  return model.error(code)?.shape?.name ?? code;
}

/** A copy: a slice would keep the whole of a long text. */
function cut(text: string): string {
  return text.length <= maxTextLength ? text : Buffer.from(text.slice(0, maxTextLength)).toString();
}

function bytesOf(body: WireResponse['body']): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : (body?.length ?? 0);
}

/** What CloudTrail answers in a cloud that was told to keep no history of calls. */
export function recordsNothing(): AwsError {
  return new AwsError('UnsupportedOperationException', 'This cloud was started with --no-call-history: CloudTrail is told of nothing.', {
    status: 400,
  });
}
