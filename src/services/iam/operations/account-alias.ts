/** The name by which an account's users sign in. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, fail } from '../../../kernel';
import { AccountAliases } from '../credentials-state';
import { alreadyExists, noSuchEntity } from '../errors';
import { listedPage } from '../paging';

export const accountAliasOperations = defineOperations<IAM>()({
  /** "If an alias already exists, the new one replaces it" (AWS Sign-In User Guide, "Creating, deleting, and listing an account alias"). */
  CreateAccountAlias({ tx, account }, { AccountAlias }) {
    const taken = tx.get(AccountAliases, AccountAlias);
    if (taken && taken.account !== account) throw alreadyExists(`The account alias ${AccountAlias} already exists.`);
    const current = tx.find(AccountAliases, 'account', account);
    if (current) tx.delete(AccountAliases, current);
    tx.put(AccountAliases, { alias: AccountAlias, account });
    return {};
  },

  DeleteAccountAlias({ tx, account }, { AccountAlias }) {
    const alias = tx.get(AccountAliases, AccountAlias);
    const isOwn = alias?.account === account;
    tx.delete(AccountAliases, isOwn ? alias : fail(noSuchEntity(`The account alias with name ${AccountAlias} cannot be found.`))); // a guess
    return {};
  },

  ListAccountAliases({ tx, account }, page) {
    const { items, end } = listedPage('account-aliases', page, tx.scanIndex(AccountAliases, 'account', { prefix: account }));
    return { AccountAliases: items.map(({ alias }) => alias), ...end };
  },
});
