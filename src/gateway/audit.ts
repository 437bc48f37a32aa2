/** Notes finished calls for CloudTrail: says what kind of event each is, and takes from it what the event shows. */
import type { Operation, Shape } from '../api/model';
import type { AuditedCall, AuditedOperation, TrailRules } from '../kernel/audit';
import { BoundedCache } from '../kernel/bounded-cache';
import { AwsError } from '../kernel/errors';
import { lowerFirst } from '../kernel/first-letter';
import type { Place } from '../kernel/place';
import type { Principal, SessionFacts } from '../kernel/principal';
import type { World } from '../kernel/world';
import type { WireResponse } from '../protocol/wire';
import { type Shaper, shaperOf } from './audit-values';
import type { RequestView } from './request-view';
import type { Service } from './services';

/** A call that has its answer. */
export interface FinishedCall {
  readonly service: Service;
  readonly operation: Operation;
  readonly place: Place;
  readonly principal: Principal;
  readonly facts: RequestView;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  readonly answer: WireResponse;
  readonly failure: AwsError | undefined;
  /** When it ended, real ms. */
  readonly time: number;
  /** Length of the request's body; 0 when nobody knows. */
  readonly bytesIn: number;
  /** The host that the client named, when it came over TLS. */
  readonly secureHost: string | undefined;
}

interface Rule {
  readonly operation: AuditedOperation;
  readonly rules: TrailRules;
  readonly input: Shaper | undefined;
  /** Undefined for operations whose answer is not shown. */
  readonly output: Shaper | undefined;
}

/** What names say of operations that change nothing; services declare the exceptions. */
const readOnlyName = /^(Get|List|Describe|Head|Lookup|Search|Query|Scan|BatchGet|TransactGet|Check|Select|Simulate|Decode|Validate|View)/;

/** Longer texts are cut, larger structures left out (CloudTrail User Guide, "CloudTrail record contents"). */
const maxTextLength = 1024;
const maxStructureBytes = 100 * 1024;
/** Below this length of a body nobody measures what is shown of it. */
const surelySmall = 16 * 1024;

const knownSessions = 1024;

export class AuditStage {
  readonly #world: World;
  /** By service and operation; null for what is never recorded. */
  readonly #rules = new Map<Service, Map<string, Rule | null>>();
  /** The same few sessions come again and again: one copy of each is kept. */
  readonly #sessions = new BoundedCache<Principal>(knownSessions);

  constructor(world: World) {
    this.#world = world;
  }

  /** Costs a data event that no trail wants two look-ups, a management event about a microsecond. */
  note(call: FinishedCall): void {
    const rule = this.#ruleOf(call.service, call.operation);
    if (rule === null || call.failure?.code === 'NotImplemented') return;
    const { partition } = call.place;
    const { dataType } = rule.operation;
    if (dataType !== undefined && !this.#world.audit.wants(partition, dataType)) return;
    try {
      this.#world.audit.note(partition, this.#audited(call, rule), call.bytesIn);
    } catch (error) {
      // The call has its answer; what is wrong here is ours.
      this.#world.report(`noting ${call.service.id}:${call.operation.name} for CloudTrail`, error);
    }
  }

  #audited(call: FinishedCall, { operation, rules, input, output }: Rule): AuditedCall {
    const { facts, failure, answer, place } = call;
    const name = call.operation.name;
    const bytesOut = lengthOf(answer.body);
    const given = rules.parameters?.(name, call.input, facts) ?? input?.(call.input);
    const answered = failure || output === undefined ? undefined : responseOf(rules, name, call.output, output);
    const resources = rules.resources?.(name, call.input, place);
    const owner = rules.owner?.(name, call.input);
    return {
      operation,
      requestId: facts.id,
      at: this.#world.clock.at(call.time),
      region: place.region,
      recipient: place.account,
      principal: this.#principal(call.principal),
      sourceIp: facts.sourceIp,
      userAgent: cut(facts.userAgent),
      secureHost: call.secureHost,
      parameters: bounded(given, call.bytesIn, 'requestParameters'),
      response: bounded(answered, bytesOut, 'responseElements'),
      additional: rules.additional?.({ request: facts, bytesIn: call.bytesIn, bytesOut, answerHeaders: answer.headers }),
      errorCode: failure && errorName(call.service, operation, failure),
      errorMessage: failure && cut(failure.message),
      resources: resources?.length === 0 ? undefined : resources,
      owner: owner === place.account ? undefined : owner,
      sharedId: undefined,
    };
  }

  #ruleOf(service: Service, operation: Operation): Rule | null {
    let known = this.#rules.get(service);
    if (!known) this.#rules.set(service, (known = new Map()));
    let rule = known.get(operation.name);
    if (rule === undefined) known.set(operation.name, (rule = ruleOf(service, operation)));
    return rule;
  }

  /** Without what sessions carry along: policies and tags may be long, and no event shows them. */
  #principal(principal: Principal): Principal {
    if (!('accessKeyId' in principal) || (principal.type !== 'session' && principal.session === undefined)) return principal;
    const known = this.#sessions.get(principal.accessKeyId);
    return known?.arn === principal.arn ? known : this.#sessions.set(principal.accessKeyId, withoutBaggage(principal));
  }
}

function withoutBaggage(principal: Principal): Principal {
  const slim =
    'session' in principal && principal.session?.delegation ? { ...principal, session: undelegated(principal.session) } : principal;
  if (slim.type !== 'session') return slim;
  const { policies: _policies, tags: _tags, ...shown } = slim;
  return shown;
}

function undelegated(session: SessionFacts): SessionFacts {
  return { ...session, delegation: session.delegation && { ...session.delegation, policies: [] } };
}

/** How an operation counts: null when it is never recorded. */
function ruleOf({ id, model, definition }: Service, operation: Operation): Rule | null {
  const audited = auditedOperation(id, operation, definition?.trail ?? {}, model.endpointPrefix);
  if (audited === undefined) return null;
  const rules = definition?.trail ?? {};
  const { input, output } = operation;
  const isAnswered = !audited.readOnly || rules.answered?.includes(operation.name) === true;
  return {
    operation: audited,
    rules,
    input: input?.members?.size ? requestShaper(input, rules) : undefined,
    output: isAnswered ? (output ? shaperOf(output, { secrets: 'omitted' }) : () => undefined) : undefined,
  };
}

function requestShaper(input: Shape, { hidden, leavesSecretsOut }: TrailRules): Shaper {
  if (!leavesSecretsOut) return shaperOf(input, { hidden, secrets: 'masked' });
  const shape = shaperOf(input, { hidden, secrets: 'omitted' });
  return (value) => unlessEmpty(shape(value));
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

function responseOf(rules: TrailRules, name: string, output: unknown, shape: Shaper): unknown {
  const own = rules.response?.(name, output);
  const shown = own === undefined ? shape(output) : own;
  return unlessEmpty(shown);
}

/** What has no members is shown as none. */
function unlessEmpty(shown: unknown): unknown {
  return typeof shown === 'object' && shown !== null && Object.keys(shown).length === 0 ? undefined : shown;
}

/** What is shown, unless it is too large. `sentBytes` is the length of the body that it was in. */
function bounded(value: unknown, sentBytes: number, what: string): unknown {
  if (sentBytes <= surelySmall || value === undefined || value === null) return value ?? undefined;
  const originalSize = Buffer.byteLength(JSON.stringify(value));
  return originalSize <= maxStructureBytes ? value : { omitted: true, originalSize, reason: `${what} too large` };
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

function lengthOf(body: WireResponse['body']): number {
  if (typeof body === 'string' || body instanceof Uint8Array) return body.length;
  return body?.length ?? 0;
}

/** What CloudTrail answers in a cloud that was told to keep no history of calls. */
export function recordsNothing(): AwsError {
  return new AwsError('UnsupportedOperationException', 'This cloud was started with --no-call-history: CloudTrail is told of nothing.', {
    status: 400,
  });
}
