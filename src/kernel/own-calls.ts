/** What a world does in no client's name: calls without a wire, what services do by themselves, deliveries between them. */
import { accountOfArn, serviceOfArn } from './arn';
import type { IoContext, RequestFacts } from './context';
import { InputOutputContext } from './contexts';
import { notImplemented } from './errors';
import type { Place } from './place';
import { withoutPrepared } from './prepared';
import { rootOf, servicePrincipal } from './principal';
import type { Random } from './random';
import { placeOfTarget } from './targets';
import type { Transaction } from './transaction';
import type { SendOptions } from './tx';
import type { World } from './world';

const never = new AbortController().signal;

/** Calls an operation by name, as root of the place's account. */
export async function callByName(world: World, service: string, operation: string, input: unknown, place: Place): Promise<unknown> {
  const handler = (await world.registry.load(service)).operations[operation];
  if (!handler) throw notImplemented(service, operation);
  const principal = rootOf(place.account, place.partition);
  const call = { service, place, principal, request: ownRequest(world.random), epoch: world.epoch, signal: () => never };
  return withoutPrepared(await world.invoke(handler, call, input));
}

/** The context in which a service acts by itself. */
export function serviceContext(world: World, service: string, place: Place, epoch: number): IoContext {
  const principal = servicePrincipal(`${service}.amazonaws.com`, place.account);
  return new InputOutputContext(world, {
    service,
    place,
    principal,
    request: ownRequest(world.random),
    epoch,
    signal: () => world.closing,
  });
}

/** Throws AccessDenied when the target's owner does not let the sender deliver there, and NotReady. */
export function authoriseDelivery(world: World, tx: Transaction, targetArn: string, { from, sourceArn }: SendOptions): void {
  const { access } = world;
  if (!access?.isActive || from === undefined) return;
  const service = serviceOfArn(targetArn);
  const action = world.registry.require(service).facts?.deliveryAction?.(targetArn);
  if (action === undefined) return;
  const account = (sourceArn === undefined ? undefined : accountOfArn(sourceArn)) ?? tx.place.account;
  access.authorise(tx, {
    principal: servicePrincipal(from, account),
    needs: [{ action, resource: targetArn }],
    place: placeOfTarget(targetArn, tx.place),
    request: ownRequest(world.random),
    service,
    source: { arn: sourceArn, account },
  });
}

function ownRequest(random: Random): RequestFacts {
  return {
    id: random.uuid(),
    baseUrl: '',
    host: '',
    sourceIp: '127.0.0.1',
    userAgent: 'nuvola',
    secure: false,
    headers: {},
    target: '/',
    method: 'POST',
    protocol: 'json',
  };
}
