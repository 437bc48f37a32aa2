/**
 * Who acts by delegation has the approver's rights, as far as what was approved goes. "The policies limit the capability of
 * the underlying user, but do not grant any additional access" (IAM User Guide, "Understanding permissions" of temporary
 * delegation).
 */
import { alice, allow, deny, type Row, role, root, row, session } from './row';

const get = allow('s3:GetObject');
const put = allow('s3:PutObject');
const names = (arn: string) => allow('s3:GetObject', { Principal: { AWS: arn } });
const none = 'no session';

export const delegations: readonly Row[] = [
  row('a user’s rights, and approved', { identity: get, delegated: [get] }, 'allow by identity'),
  row('a user’s rights, and something else approved', { identity: get, delegated: [put] }, none),
  row('approved, and no right of the user’s', { identity: put, delegated: [get] }, 'no identity'),
  row('approved, and the user’s boundary does not allow it', { identity: get, boundary: put, delegated: [get] }, 'no boundary'),
  row('root’s rights, and approved', { caller: root, delegated: [get] }, 'allow by root'),
  row('root’s rights, and something else approved', { caller: root, delegated: [put] }, none),
  row('a session’s rights, and approved', { caller: session, identity: get, session: get, delegated: [get] }, 'allow by identity'),
  row('a session’s own policy does not widen what is approved', { caller: session, identity: get, session: get, delegated: [put] }, none),
  row('what is approved does not widen a session’s own policy', { caller: session, identity: get, session: put, delegated: [get] }, none),
  ...[alice.arn, role, session.arn].map((arn) =>
    row(
      `a resource that names ${arn} does not widen it`,
      { caller: arn === alice.arn ? alice : session, resource: names(arn), delegated: [put] },
      none,
    ),
  ),
  row('a resource that lets everybody in does not widen it', { resource: allow('*', { Principal: '*' }), delegated: [put] }, none),
  row('a resource grants what is approved too', { resource: names(alice.arn), delegated: [get] }, 'allow by resource'),
  row('approved once and passed on with less', { identity: get, delegated: [get, put] }, none),
  row('approved twice', { identity: get, delegated: [get, allow('s3:*')] }, 'allow by identity'),
  row('explicitly not approved', { identity: get, delegated: [[get, deny('s3:GetObject')]] }, 'deny by session'),
];
