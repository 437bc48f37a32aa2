/** Amazon DynamoDB. */
import { defineService } from '../../kernel';
import { access } from './access';
import { timers } from './housekeeping';
import { batchOperations } from './operations/batches';
import { itemOperations } from './operations/items';
import { readOperations } from './operations/reads';
import { settingOperations } from './operations/settings';
import { tableOperations } from './operations/tables';
import { transactionOperations } from './operations/transactions';
import { Alarms, Buckets, ByteCounts, CollectionBytes, Expiries, IndexEntries, ItemCounts, Items, Tables, Tokens } from './state';

export default defineService({
  id: 'dynamodb',
  operations: {
    ...tableOperations,
    ...settingOperations,
    ...itemOperations,
    ...readOperations,
    ...batchOperations,
    ...transactionOperations,
  },
  access,
  state: [Tables, Items, IndexEntries, Expiries, Alarms, Tokens, Buckets, ItemCounts, ByteCounts, CollectionBytes],
  timers,
  wire: { answersCrc32: true },
});
