/** What decisions about access need to know of tables and their indexes. */
import { type AccessFacts, BoundedCache, type PolicyText, parseArn, type ResourceFacts, type Tags, type Tx } from '../../kernel';
import { type ItemRequest, itemConditions } from './item-conditions';
import { type Table, Tables, tableArn } from './state';

export const facts: AccessFacts = {
  resource(tx, arn, _at, { detail }) {
    const address = addresses.get(arn) ?? readAddress(arn);
    if (!address) return undefined;
    const { account, region, name } = address;
    const there = account === tx.place.account && region === tx.place.region ? tx : tx.in({ account, region });
    const table = there.get(Tables, name);
    if (!table) return undefined;
    return new TableFacts(there, table, detail as ItemRequest | undefined);
  },
};

/** One is made for every call, and hardly ever asked for more than the policy. */
class TableFacts implements ResourceFacts {
  readonly policy: PolicyText | undefined;
  readonly #tx: Tx;
  readonly #table: Table;
  readonly #request: ItemRequest | undefined;

  constructor(tx: Tx, table: Table, request: ItemRequest | undefined) {
    this.policy = table.resourcePolicy;
    this.#tx = tx;
    this.#table = table;
    this.#request = request;
  }

  tags(): Tags {
    return this.#tx.tagsOf(tableArn(this.#table.name, this.#tx.place));
  }

  conditions() {
    return this.#request === undefined ? {} : itemConditions(this.#request, this.#table);
  }
}

/** Where a table is. */
interface Address {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** By ARN: the same few are asked about in call after call. */
const addresses = new BoundedCache<Address>(1000);
const longestKept = 1024;

function readAddress(arn: string): Address | undefined {
  const parsed = parseArn(arn);
  const name = parsed && tableNameIn(parsed.resource);
  if (parsed === undefined || name === undefined) return undefined;
  const address = { account: parsed.account, region: parsed.region, name };
  return arn.length > longestKept ? address : addresses.set(arn, address);
}

/** `table/name`, `table/name/index/by-date`. Streams have policies of their own, and there are none yet. */
function tableNameIn(resource: string): string | undefined {
  if (!resource.startsWith('table/')) return undefined;
  const slash = resource.indexOf('/', 6);
  if (slash < 0) return resource.slice(6);
  return resource.startsWith('/index/', slash) ? resource.slice(6, slash) : undefined;
}
