/** From the principal of a request to the caller that policies know. */
import type { Principal } from '../kernel/principal';
import { underSessionTags } from '../kernel/tags';
import type { Caller } from './request';

/** What the principal of a request does not carry itself: `tags` and `organization` are looked up by who knows them. */
export type CallerDetails = Pick<Caller, 'tags' | 'organization' | 'session' | 'federatedProvider' | 'canonicalUser' | 'entityArn'>;

export function callerOf(principal: Principal, details: CallerDetails = {}): Caller {
  const { account, arn, id } = principal;
  switch (principal.type) {
    case 'user':
      return { type: 'user', account, arn, id, userName: principal.userName, ...details };
    case 'session': {
      const tags = underSessionTags(details.tags, principal.tags);
      const isFederatedUser = arn.includes(':federated-user/');
      const entity = principal.roleArn === undefined ? {} : { entityArn: principal.roleArn };
      return { type: isFederatedUser ? 'federated-user' : 'role-session', account, arn, id, ...entity, ...details, tags };
    }
    case 'service':
      return { type: 'service', account, arn, id, service: principal.service, ...details };
    default:
      return { type: principal.type, account, arn, id, ...details };
  }
}
