/**
 * `/_nuvola/iam/delegation-templates`: what product providers register with AWS by e-mail before they may ask for
 * delegations. See docs/delegation.md.
 */
import { accessChanged } from '../kernel/access';
import { uniqueIdOf } from '../kernel/base32';
import {
  type DelegationTemplate,
  DelegationTemplates,
  type ProductProvider,
  ProviderBoundaries,
  type ProviderBoundary,
  providerNamespace,
} from '../kernel/delegation-templates';
import type { Tx } from '../kernel/tx';
import { policyProblem, sizeProblem } from '../policy';
import { accountId, badRequest, type Parameters } from './admin-parameters';
import type { Cloud } from './cloud';

type Json = Readonly<Record<string, unknown>>;

const nameForm = /^[\w.-]{1,128}$/;
const domainForm = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;
/** "The policy name must include the creation date as a suffix" (IAM User Guide, "Partner questionnaire"). */
const datedForm = /^[\w.-]{1,100}_(\d{4}_\d\d_\d\d|\d{8}|\d{4}-\d\d-\d\d)$/;
/** `DelegationRequest.RequestorName` is no longer. */
const maxProviderName = 30;

export async function listTemplates({ world }: Cloud) {
  return world.transactAt(world.home, (tx) => ({
    templates: tx.scan(DelegationTemplates).map(({ arn: template, provider: { name: provider, domain, accounts }, document }) => ({
      template,
      provider,
      domain,
      accounts,
      policy: JSON.parse(document),
    })),
    boundaries: tx.scan(ProviderBoundaries).map(({ arn, document }) => ({ boundary: arn, policy: JSON.parse(document) })),
  }));
}

/** A template of the same name takes the place of the one before; boundaries stay what they are. */
export async function registerTemplate({ world }: Cloud, asked: Parameters) {
  const provider = providerOf(asked);
  const template = templateOf(asked, provider, world.home.partition);
  const boundaries = listOf(asked.boundaries, 'boundaries').map((each) => boundaryOf(each, provider, world.home.partition));
  return world.transactAt(world.home, (tx) => {
    tx.put(DelegationTemplates, template);
    for (const boundary of boundaries) putBoundary(tx, boundary);
    accessChanged(tx);
    return { template: template.arn, boundaries: boundaries.map(({ arn }) => arn) };
  });
}

function providerOf({ provider: name, domain, accounts }: Parameters): ProductProvider {
  if (typeof name !== 'string' || name === '' || name.length > maxProviderName)
    throw badRequest(`provider is the name that customers are shown: 1 to ${maxProviderName} characters.`);
  if (typeof domain !== 'string' || !domainForm.test(domain)) throw badRequest('domain is the domain of the provider: "example.com".');
  const list = listOf(accounts, 'accounts').map(accountId);
  if (list.length === 0) throw badRequest('accounts are those from which the provider asks, and in which its topics are.');
  return { name, domain, accounts: list };
}

function templateOf({ name, policy }: Parameters, provider: ProductProvider, partition: string): DelegationTemplate {
  if (typeof name !== 'string' || !nameForm.test(name))
    throw badRequest('name is the name of the template: letters, digits, ".", "_" and "-".');
  if (!isObject(policy) || ![policy.Statement].flat().every(isObject))
    throw badRequest('policy is a policy template: {"Version": "2012-10-17", "Statement": […]}.');
  return { arn: `arn:${partition}:iam:::delegation-template/${name}`, provider, document: JSON.stringify(policy) };
}

function boundaryOf(boundary: unknown, { domain, accounts }: ProductProvider, partition: string): Omit<ProviderBoundary, 'createdAt'> {
  const { name, description, policy } = isObject(boundary) ? boundary : {};
  if (typeof name !== 'string' || !datedForm.test(name))
    throw badRequest('The name of a boundary ends with the date of its making: "Operator_2026_01_31".');
  if (description !== undefined && typeof description !== 'string') throw badRequest('The description of a boundary is a string.');
  const document = JSON.stringify(policy);
  const problem = isObject(policy) ? (policyProblem(document, 'managed') ?? sizeProblem([document], 'managed')) : 'It is no policy.';
  if (problem !== undefined) throw badRequest(`The boundary ${name} cannot be used. ${problem}`);
  const arn = `arn:${partition}:iam::${providerNamespace}:policy/permissions-boundary/${domain}/${name}`;
  return { arn, account: accounts[0] as string, id: uniqueIdOf('ANPA', arn), description, document };
}

function putBoundary(tx: Tx, boundary: Omit<ProviderBoundary, 'createdAt'>): void {
  const known = tx.get(ProviderBoundaries, boundary.arn);
  if (known !== undefined && known.document !== boundary.document)
    throw badRequest(`${boundary.arn} is there, and boundaries do not change: register another, with another date.`);
  if (known === undefined) tx.put(ProviderBoundaries, { ...boundary, createdAt: tx.now });
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest(`${name} is a list.`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
