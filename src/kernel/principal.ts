/** Who makes a request. */
import type { Tags } from './tx';

/** What temporary credentials say beyond whose they are. */
export interface SessionFacts {
  /** Virtual time, ms since 1970: `aws:TokenIssueTime`. */
  readonly issuedAt: number;
  /** When a code of an MFA device was given, virtual ms; absent when none was. */
  readonly mfaAt?: number | undefined;
  /** Fixed by the first AssumeRole of a chain; `aws:SourceIdentity`. */
  readonly sourceIdentity?: string | undefined;
  /** Provider behind the session: an ARN, or `accounts.google.com` and the like. */
  readonly federatedProvider?: string | undefined;
  /** Condition keys that its provider vouched for, and its policies may ask: `cognito-identity.amazonaws.com:sub`, `saml:sub`. */
  readonly vouched?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Keys of session tags that a chained session inherits. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** ARNs of managed policies that narrow the session. */
  readonly policyArns?: readonly string[] | undefined;
  /** The session was got with a session's credentials. */
  readonly isChained?: boolean | undefined;
  /** Somebody else holds the credentials, by a delegation request that the principal approved. */
  readonly delegation?: Delegation | undefined;
}

/** Who acts in the principal's name, and what it is limited to. */
export interface Delegation {
  /** Of the product provider: `invokedByDelegate` of CloudTrail's events. */
  readonly account: string;
  /** Session policies (JSON text), each of which must allow. */
  readonly policies: readonly string[];
}

export type Principal =
  | {
      readonly type: 'root';
      readonly account: string;
      readonly arn: string;
      readonly id: string;
      readonly accessKeyId: string;
      /** With credentials of GetSessionToken. */
      readonly session?: SessionFacts | undefined;
    }
  | {
      readonly type: 'user';
      readonly account: string;
      readonly arn: string;
      /** `AIDA…` */
      readonly id: string;
      readonly userName: string;
      readonly accessKeyId: string;
      /** With credentials of GetSessionToken. */
      readonly session?: SessionFacts | undefined;
    }
  | {
      /** Of a role (`…:assumed-role/name/session`), or of GetFederationToken (`…:federated-user/name`). */
      readonly type: 'session';
      readonly account: string;
      readonly arn: string;
      /** `AROA…:session`, or `account:name`. */
      readonly id: string;
      readonly accessKeyId: string;
      /** With its path. */
      readonly roleArn?: string;
      /** Federated users: the user or root whose rights the session narrows. */
      readonly userArn?: string;
      readonly sessionName: string;
      /** Session tags. */
      readonly tags?: Tags;
      readonly expiresAt: number;
      /** Session policies (JSON text) that narrow what the session may do. */
      readonly policies?: readonly string[];
      readonly session?: SessionFacts | undefined;
    }
  | { readonly type: 'service'; readonly account: string; readonly arn: string; readonly id: string; readonly service: string }
  | {
      /** Somebody an identity provider vouches for, who is no principal yet: AssumeRoleWithWebIdentity, AssumeRoleWithSAML. */
      readonly type: 'identity';
      readonly account: string;
      /** Of the provider: an ARN, or `accounts.google.com` and the like. */
      readonly arn: string;
      /** The subject. */
      readonly id: string;
    }
  | { readonly type: 'anonymous'; readonly account: string; readonly arn: string; readonly id: string };

/** The root of an account, calling with this key. */
export function rootOf(account: string, partition: string, accessKeyId = account): Extract<Principal, { type: 'root' }> {
  return { type: 'root', account, arn: `arn:${partition}:iam::${account}:root`, id: account, accessKeyId };
}

/** A service that acts in its own name, for an account: `cloudtrail.amazonaws.com`. */
export function servicePrincipal(service: string, account: string): Extract<Principal, { type: 'service' }> {
  return { type: 'service', account, service, arn: service, id: service.split('.', 1)[0] as string };
}

/** The access key it signed with, where it did. */
export const accessKeyOf = (principal: Principal): string | undefined => ('accessKeyId' in principal ? principal.accessKeyId : undefined);
