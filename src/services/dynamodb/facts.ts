/** What decisions about access need to know of tables and their indexes. */
import { type AccessFacts, derived, parseArn } from '../../kernel';
import { type ItemRequest, itemConditions } from './item-conditions';
import { type Table, Tables, tableArn } from './state';

const policyOf = derived(({ resourcePolicy }: Table) => resourcePolicy && { text: resourcePolicy.text });

export const facts: AccessFacts = {
  resource(tx, arn, _at, { detail }) {
    const address = parseArn(arn);
    if (!address) return undefined;
    // Streams have policies of their own, and there are none yet.
    const name = /^table\/([^/]+)(?:\/index\/[^/]+)?$/.exec(address.resource)?.[1];
    if (name === undefined) return undefined;
    const there = tx.in({ account: address.account, region: address.region });
    const table = there.get(Tables, name);
    if (!table) return undefined;
    return {
      policy: policyOf(table),
      get tags() {
        return there.tagsOf(tableArn(name, there.place));
      },
      get conditions() {
        return detail === undefined ? {} : itemConditions(detail as ItemRequest, table);
      },
    };
  },
};
