/** Roles that services make and use for themselves. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, fail, type Tx } from '../../../kernel';
import { attachmentsOf, linkPolicy, unlinkPolicy } from '../attachments';
import { wholeSeconds } from '../dates';
import { invalidInput, noSuchEntity } from '../errors';
import { holderOf } from '../holders';
import { uniqueId } from '../ids';
import { findRole, requireRole } from '../lookup';
import { policyByArn } from '../managed-policies/managed';
import { countOneMore } from '../quotas';
import { linkedService } from '../service-linked';
import { DeletionTasks, type Role, Roles } from '../state';
import { readTrust } from '../trust';
import { toListedRole } from '../wire';
import { removeRole } from './roles';

const sessionSeconds = 3600;

export const serviceLinkedRoleOperations = defineOperations<IAM>()({
  CreateServiceLinkedRole({ tx, now }, { AWSServiceName, Description, CustomSuffix }) {
    // The sentence is a guess; the two below are recorded.
    const service = linkedService(AWSServiceName) ?? fail(invalidInput(`Service name ${AWSServiceName} is not valid.`));
    if (CustomSuffix !== undefined && !service.takesSuffix) throw invalidInput(`Custom suffix is not allowed for ${AWSServiceName}`);
    const name = CustomSuffix === undefined ? service.roleName : `${service.roleName}_${CustomSuffix}`;
    if (findRole(tx, name)) throw invalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`);
    countOneMore(tx, 'roles');
    const role: Role = {
      name,
      path: `/aws-service-role/${AWSServiceName}/`,
      id: uniqueId('role', tx),
      createdAt: now,
      trust: readTrust(tx, trustOf(AWSServiceName)),
      description: Description ?? service.description,
      maxSessionSeconds: sessionSeconds,
      linkedService: AWSServiceName,
    };
    tx.put(Roles, role);
    accessChanged(tx);
    attachOwnPolicy(tx, role, service.policy);
    const { MaxSessionDuration: _, ...created } = toListedRole(tx, role);
    return { Role: created };
  },

  /** Done at once: nothing here knows of resources that the service still has. */
  DeleteServiceLinkedRole({ tx, now }, { RoleName }) {
    const role = requireRole(tx, RoleName);
    // A guess: what AWS says of a role that is no service's is not recorded.
    if (role.linkedService === undefined) throw invalidInput(`Role ${role.name} is not a service-linked role.`);
    for (const attachment of attachmentsOf(tx, role.id)) unlinkPolicy(tx, attachment);
    removeRole(tx, role);
    const task = tx.put(DeletionTasks, { id: `task${role.path}${role.name}/${tx.uuid()}`, createdAt: wholeSeconds(now) });
    return { DeletionTaskId: task.id };
  },

  GetServiceLinkedRoleDeletionStatus({ tx }, { DeletionTaskId }) {
    if (!tx.has(DeletionTasks, DeletionTaskId)) throw noSuchEntity(`The deletion task with id ${DeletionTaskId} cannot be found.`);
    return { Status: 'SUCCEEDED' };
  },
});

function trustOf(service: string): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function attachOwnPolicy(tx: Tx, role: Role, name: string | undefined): void {
  const arns = ['/aws-service-role/', '/'].map((path) => `arn:${tx.place.partition}:iam::aws:policy${path}${name}`);
  const policy = arns.map((arn) => policyByArn(tx, arn)).find((found) => found !== undefined);
  if (name !== undefined && policy) linkPolicy(tx, holderOf('role', role), policy);
}
