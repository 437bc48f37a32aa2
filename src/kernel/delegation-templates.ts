/**
 * What product providers register with AWS before they may ask for delegations, which no API of AWS does: templates of
 * policies, and permissions boundaries for the roles that are made with them (IAM User Guide, "Policy templates").
 */
import { collection } from './collection';

/** A product provider, as customers are shown it. */
export interface ProductProvider {
  readonly name: string;
  /** `example.com` */
  readonly domain: string;
  /** From which it asks, and in which its topics are. */
  readonly accounts: readonly string[];
}

export interface DelegationTemplate {
  /** `arn:aws:iam:::delegation-template/name` */
  readonly arn: string;
  readonly provider: ProductProvider;
  /** JSON of a policy with `@{parameters}`. */
  readonly document: string;
}

/** Providers and their customers are of different accounts. */
export const DelegationTemplates = collection<DelegationTemplate>({
  name: 'kernel/delegation-template',
  version: 1,
  scope: 'partition',
  key: (template) => template.arn,
  owner: (template) => template.provider.accounts[0] as string,
});

/** A managed policy of a provider, the same in all accounts and never changed. */
export interface ProviderBoundary {
  /** `arn:aws:iam::partner:policy/permissions-boundary/example.com/name_2026_01_31` */
  readonly arn: string;
  /** Of the provider. */
  readonly account: string;
  /** `ANPA…` */
  readonly id: string;
  readonly description: string | undefined;
  readonly document: string;
  /** Virtual ms. */
  readonly createdAt: number;
}

export const ProviderBoundaries = collection<ProviderBoundary>({
  name: 'kernel/provider-boundary',
  version: 1,
  scope: 'partition',
  key: (boundary) => boundary.arn,
  owner: (boundary) => boundary.account,
});

/** In the place of an account number, in the ARNs of providers' boundaries. */
export const providerNamespace = 'partner';
