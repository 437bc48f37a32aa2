/** What a call needs to be allowed. */
import { loadModel } from '../../api/load';
import type { AccessNeed, Asking, InnerOperation } from '../../kernel/access';
import type { RequestFacts } from '../../kernel/context';
import type { Place } from '../../kernel/place';

/** What the service declares for the operation, or `<signing name>:<Operation>` on `*`. May throw what it says of a wrong input. */
export function accessNeeds(
  { definition, name, input }: InnerOperation,
  at: Place,
  request: RequestFacts,
  asking: Asking,
): readonly AccessNeed[] {
  const declared = definition.access?.[name];
  return declared ? declared(input, at, request, asking) : [{ action: `${loadModel(definition.id).signingName}:${name}`, resource: '*' }];
}
