/** What decisions about access need to know of tables and their indexes. */
import { type AccessFacts, BoundedCache, parseArn } from '../../kernel';
import { type ItemRequest, itemConditions } from './item-conditions';
import { Tables, tableArn } from './state';

export const facts: AccessFacts = {
  resource(tx, arn, _at, { detail }) {
    const address = addresses.get(arn) ?? readAddress(arn);
    if (!address) return undefined;
    const { account, region, name } = address;
    const there = account === tx.place.account && region === tx.place.region ? tx : tx.in({ account, region });
    const table = there.get(Tables, name);
    if (!table) return undefined;
    return {
      policy: table.resourcePolicy,
      tags: () => there.tagsOf(tableArn(table.name, there.place)),
      conditions: () => (detail === undefined ? {} : itemConditions(detail as ItemRequest, table)),
    };
  },
};

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
