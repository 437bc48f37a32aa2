/** Amazon DynamoDB. */
import { defineService } from '../../kernel';
import { abridge } from './abridge';
import { access } from './access';
import { invalidValues } from './errors';
import { facts } from './facts';
import { timers } from './housekeeping';
import { batchOperations } from './operations/batches';
import { itemOperations } from './operations/items';
import { readOperations } from './operations/reads';
import { resourcePolicyOperations } from './operations/resource-policies';
import { settingOperations } from './operations/settings';
import { tableOperations } from './operations/tables';
import { transactionOperations } from './operations/transactions';
import { Alarms, Buckets, ByteCounts, CollectionBytes, Expiries, IndexEntries, ItemCounts, Items, Tables, Tokens } from './state';
import { trail } from './trail';

export default defineService({
  id: 'dynamodb',
  operations: {
    ...tableOperations,
    ...settingOperations,
    ...resourcePolicyOperations,
    ...itemOperations,
    ...readOperations,
    ...batchOperations,
    ...transactionOperations,
  },
  access,
  facts,
  tagPolicy: { types: ['table'], refusal: invalidValues },
  trail,
  state: [Tables, Items, IndexEntries, Expiries, Alarms, Tokens, Buckets, ItemCounts, ByteCounts, CollectionBytes],
  timers,
  wire: { answersCrc32: true, abridge },
});
