/** How long a policy may be. IAM User Guide, "IAM and AWS STS quotas"; white space does not count towards them. */

/** Characters. Inline policies are counted together, per user, group or role. */
export const maxPolicyChars = {
  managed: 6_144,
  inlineUser: 2_048,
  inlineGroup: 5_120,
  inlineRole: 10_240,
  trust: 2_048,
  session: 2_048,
} as const;

type PolicySizeLimit = keyof typeof maxPolicyChars;

/** Without white space. */
export function policyChars(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** AWS's sentence, with the code LimitExceeded, when the policies are too long; `name` is of the user, group or role. */
export function sizeProblem(texts: readonly string[], limit: PolicySizeLimit, name = ''): string | undefined {
  const most = maxPolicyChars[limit];
  if (texts.reduce((sum, text) => sum + policyChars(text), 0) <= most) return undefined;
  switch (limit) {
    case 'managed':
      return `Cannot exceed quota for PolicySize: ${most}`;
    case 'trust':
      return `Cannot exceed quota for ACLSizePerRole: ${most}`;
    case 'session':
      return `Packed policy consumes more than the allotted space: at most ${most} characters.`;
    default:
      return `Maximum policy size of ${most} bytes exceeded for ${limit.slice('inline'.length).toLowerCase()} ${name}`;
  }
}
