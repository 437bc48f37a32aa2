/** What the caller's own policies allow, by action and resource alone: nearly every decision, kept as small as can be. */
import type { AccessNeed, AccessQuestion } from '../../kernel/access';
import type { Place } from '../../kernel/place';
import type { Principal } from '../../kernel/principal';
import type { AccessRequest, Decision } from '../../policy';
import { Asked, type Origin } from './asked';
import type { DecisionEntry } from './decisions';
import { callerAt, type Subject } from './subjects';

/** By what it is allowed, and what an explanation asks besides. */
export interface AllowedBy {
  readonly subject: Subject;
  readonly decision: Decision;
  readonly mode: DecisionEntry['mode'];
  readonly origin: Origin;
  /** Virtual time, ms since 1970. */
  readonly at: number;
}

/** Makes the request that was decided about when somebody wants to see it: most are forgotten before. */
export class OwnAllow implements DecisionEntry {
  readonly requestId: string;
  readonly at: number;
  readonly mode: DecisionEntry['mode'];
  readonly service: string;
  readonly principal: Principal;
  readonly place: Place;
  readonly action: string;
  readonly resource: string;
  readonly decision: Decision;
  private readonly subject: Subject;
  private readonly origin: Origin;
  private readonly conditions: AccessNeed['conditions'];

  constructor(question: AccessQuestion, need: AccessNeed, { subject, decision, mode, origin, at }: AllowedBy) {
    this.requestId = question.request.id;
    this.at = at;
    this.mode = mode;
    this.service = question.service;
    this.principal = question.principal;
    this.place = question.place;
    this.action = need.action;
    this.resource = need.resource;
    this.decision = decision;
    this.subject = subject;
    this.origin = origin;
    this.conditions = need.conditions;
  }

  get request(): AccessRequest {
    const { action, resource, conditions, subject, origin, at, principal } = this;
    const need = { action, resource, ...(conditions && { conditions }) };
    return new Asked(this, need, {
      caller: callerAt(subject, at),
      policies: subject.policies,
      account: principal.account,
      organization: subject.owner.organization,
      facts: undefined,
      origin,
      now: at,
      sourceOrganization: undefined,
    });
  }

  get allowed(): true {
    return true;
  }

  get byGrant(): false {
    return false;
  }

  get message(): undefined {
    return undefined;
  }

  get missingStatement(): undefined {
    return undefined;
  }
}
