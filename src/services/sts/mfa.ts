/** Codes of MFA devices that come with requests for credentials. */
import { checkMfaCode, hasMfaDevice, type TxContext } from '../../kernel';
import { mfaHalf, mfaUnknown, mfaWrong } from './errors';

interface MfaInput {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/** True when a code was given, and is right; false when none was. Throws AccessDenied for a wrong one. */
export function checkMfa({ tx, principal }: TxContext, { SerialNumber, TokenCode }: MfaInput): boolean {
  if (SerialNumber === undefined && TokenCode === undefined) return false;
  if (SerialNumber === undefined || TokenCode === undefined) throw mfaHalf();
  if (!hasMfaDevice(tx, SerialNumber, principal)) throw mfaUnknown();
  if (!checkMfaCode(tx, SerialNumber, TokenCode, principal)) throw mfaWrong();
  return true;
}
