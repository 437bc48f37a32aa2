/** AWS Account Management. */
import { accountOfArn, defineService } from '../../kernel';
import { access } from './access';
import { operations } from './operations';
import { regionTimers } from './regions';
import { AlternateContacts, EmailUpdates, PrimaryContacts, RegionChoices } from './state';

export default defineService({
  id: 'account',
  isGlobal: true,
  operations,
  access,
  // management events, all of them
  trail: { named: { accountId: 'AWS::Organizations::Account' } },
  facts: {
    // Members are managed in their organization's name: both their ARNs belong to the account that asks.
    resource: (_tx, arn, at) => ({ account: arn.includes(':account/') ? at.account : accountOfArn(arn) }),
  },
  state: [PrimaryContacts, AlternateContacts, RegionChoices, EmailUpdates],
  timers: regionTimers,
});
