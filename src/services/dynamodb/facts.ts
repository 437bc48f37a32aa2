/** What decisions about access need to know of tables and their indexes. */
import { type AccessFacts, derived, parseArn } from '../../kernel';
import { type ItemRequest, itemConditions } from './item-conditions';
import { type Table, Tables, tableArn } from './state';

const policyOf = derived(({ resourcePolicy }: Table) => resourcePolicy && { text: resourcePolicy.text });

export const facts: AccessFacts = {
  resource(tx, arn, _at, { detail }) {
    const address = parseArn(arn);
    if (!address) return undefined;
    const { account, region, resource } = address;
    const name = tableNameIn(resource);
    const there = account === tx.place.account && region === tx.place.region ? tx : tx.in({ account, region });
    const table = name === undefined ? undefined : there.get(Tables, name);
    if (!table) return undefined;
    return {
      policy: policyOf(table),
      tags: () => there.tagsOf(tableArn(table.name, there.place)),
      conditions: () => (detail === undefined ? {} : itemConditions(detail as ItemRequest, table)),
    };
  },
};

/** `table/name`, `table/name/index/by-date`. Streams have policies of their own, and there are none yet. */
function tableNameIn(resource: string): string | undefined {
  if (!resource.startsWith('table/')) return undefined;
  const slash = resource.indexOf('/', 6);
  if (slash < 0) return resource.slice(6);
  return resource.startsWith('/index/', slash) ? resource.slice(6, slash) : undefined;
}
