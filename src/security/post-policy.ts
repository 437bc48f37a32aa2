/** Browser uploads to S3: the signed policy of a POST form, and whether the form keeps to it. */
import { AwsError } from '../kernel/errors';
import type { Credential } from './credential';
import { accessDenied, invalidArgument, signatureMismatch } from './errors';
import { malformed } from './malformed';
import { type Clocks, signatureKey } from './signature';
import { matchesVersion2 } from './signature-v2';

interface PostForm {
  /** Every field before the file, by lower-case name; `policy` among them. */
  readonly fields: ReadonlyMap<string, string>;
  readonly bucket: string;
  /** The key after `${filename}` was filled in. */
  readonly key: string;
  /** From `readFormCredential`. */
  readonly credential: Credential;
  /** Undefined when nobody knows it; then the signature is not judged. */
  readonly secret: string | undefined;
  readonly clocks: Clocks;
}

/** How long the file may be, in bytes. */
interface LengthRange {
  readonly min: number;
  readonly max: number;
}

const version4Fields = ['x-amz-signature', 'x-amz-credential', 'x-amz-date'] as const;
const spelling: Readonly<Record<string, string>> = {
  'x-amz-signature': 'X-Amz-Signature',
  'x-amz-credential': 'X-Amz-Credential',
  'x-amz-date': 'X-Amz-Date',
  awsaccesskeyid: 'AWSAccessKeyId',
  signature: 'Signature',
};

/** A form with a policy must be signed. Call before the key is looked up. */
export function requireFormSignature(fields: ReadonlyMap<string, string>): void {
  const version4 = fields.has('x-amz-algorithm') || fields.has('x-amz-credential');
  const missing = (version4 ? version4Fields : ['awsaccesskeyid', 'signature']).find((name) => !fields.get(name));
  if (missing === undefined) return;
  const name = spelling[missing]!;
  throw invalidArgument(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  );
}

/** Throws when the signature is wrong, the policy is malformed or over, or the form does not keep to it. Returns how long the file may be. */
export function checkPostPolicy(form: PostForm): LengthRange {
  const { credential, secret, fields } = form;
  if (credential.problem) throw malformed(credential.problem, credential, 's3');
  const policyText = fields.get('policy') ?? '';
  if (secret !== undefined && !isSigned(credential, secret, policyText)) {
    throw signatureMismatch('s3', { accessKeyId: credential.accessKeyId, signature: credential.signature, stringToSign: policyText });
  }
  const policy = parsePolicy(policyText);
  if (isOver(policy.expiresAt, credential, form.clocks)) throw accessDenied('s3', 'Invalid according to Policy: Policy expired.');
  let range: LengthRange = { min: 0, max: Number.POSITIVE_INFINITY };
  const covered = new Set<string>();
  for (const condition of policy.conditions) {
    if (condition.kind === 'length') range = { min: Math.max(range.min, condition.min), max: Math.min(range.max, condition.max) };
    else {
      if (!holds(condition, form)) throw conditionFailed(condition.text);
      covered.add(condition.field);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !isExempt(name)).sort();
  if (extra.length > 0) throw accessDenied('s3', `Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
  return range;
}

function isSigned(credential: Credential, secret: string, policy: string): boolean {
  // the fields of a form are text; base64 is ASCII, and anything else could not have been signed
  if (credential.version === 'v2') return matchesVersion2(secret, policy, credential.signature, 'sha1');
  return signatureKey(credential, secret).matches(policy, credential.signature);
}

/** Virtual time counts from the signing on, where the form says when that was. */
function isOver(expiresAt: number, { signedAt }: Credential, clocks: Clocks): boolean {
  return signedAt === undefined ? clocks.real() > expiresAt : clocks.since(signedAt) > expiresAt - signedAt;
}

// ---- the document ----

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string; readonly text: string }
  | { readonly kind: 'length'; readonly min: number; readonly max: number };

interface Policy {
  readonly expiresAt: number;
  readonly conditions: readonly Condition[];
}

function parsePolicy(base64: string): Policy {
  if (base64 === '') throw invalidPolicy("Expecting '{' but found End-of-Input");
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw invalidPolicy('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null) throw invalidPolicy('Invalid JSON.');
  const { expiration, conditions } = document as { expiration?: unknown; conditions?: unknown };
  if (expiration === undefined) throw invalidPolicy('Policy missing expiration.');
  const expiresAt = typeof expiration === 'string' && /^\d{4}-\d\d-\d\dT/.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expiresAt)) throw invalidPolicy(`Invalid 'expiration' value: '${String(expiration)}'`);
  if (conditions === undefined || conditions === null) throw invalidPolicy('Policy missing conditions.');
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiresAt, conditions: conditions.map(parseCondition) };
}

function parseCondition(condition: unknown): Condition {
  if (typeof condition !== 'object' || condition === null) throw invalidPolicy('Invalid condition test: must be a List or Object.');
  if (!Array.isArray(condition)) {
    const entries = Object.entries(condition);
    const [entry] = entries;
    if (entries.length !== 1 || !entry) {
      throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
    }
    return parseCondition(['eq', `$${entry[0]}`, entry[1]]);
  }
  const [operator, first, second] = condition as unknown[];
  const text = `[${condition.map((part) => JSON.stringify(part)).join(', ')}]`;
  if (typeof operator !== 'string') throw invalidPolicy('Invalid Condition: missing operation identifier.');
  const kind = operator.toLowerCase();
  if (kind === 'content-length-range') {
    const [min, max] = [first, second].map(toLength);
    if (condition.length !== 3 || min === undefined || max === undefined) throw conditionFailed(text);
    return { kind: 'length', min, max };
  }
  // a condition that S3 cannot read is one that fails
  const readable = condition.length === 3 && typeof first === 'string' && first.startsWith('$') && typeof second === 'string';
  if (!readable || (kind !== 'eq' && kind !== 'starts-with')) throw conditionFailed(text);
  return { kind, field: first.slice(1).toLowerCase(), value: second, text };
}

function toLength(value: unknown): number | undefined {
  const length = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof length === 'number' && Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

function holds(condition: Exclude<Condition, { kind: 'length' }>, form: PostForm): boolean {
  const actual = condition.field === 'bucket' ? form.bucket : condition.field === 'key' ? form.key : form.fields.get(condition.field);
  if (condition.kind === 'eq') return actual === condition.value;
  if (condition.value === '') return true;
  // a content type may be a list: every member must match (S3 API reference, "POST Policy")
  const members = condition.field === 'content-type' ? (actual ?? '').split(',').map((member) => member.trim()) : [actual ?? ''];
  return members.every((member) => member.startsWith(condition.value));
}

const exempt = new Set(['policy', 'file', 'x-amz-signature', 'awsaccesskeyid', 'signature']);
const isExempt = (name: string): boolean => exempt.has(name) || name.startsWith('x-ignore-');

const conditionFailed = (text: string): AwsError => accessDenied('s3', `Invalid according to Policy: Policy Condition failed: ${text}`);
const invalidPolicy = (detail: string): AwsError => s3BadRequest('InvalidPolicyDocument', `Invalid Policy: ${detail}`);

function s3BadRequest(code: string, message: string, fields?: Readonly<Record<string, unknown>>): AwsError {
  return new AwsError(code, message, { status: 400, fault: 'Sender', ...(fields && { fields }) });
}
