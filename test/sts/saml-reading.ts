/** SAML responses, read as STS reads them, and how it refuses those that are not as they should be. */
import { AwsError } from '../../src/kernel';
import type { IdentityProvider } from '../../src/services/sts/saml/metadata';
import { type Decryption, readResponse } from '../../src/services/sts/saml/response';

export const readXml = (xml: string, provider: IdentityProvider, decryption: Decryption) =>
  readResponse(Buffer.from(xml).toString('base64'), provider, decryption, Date.now());

/** `Code: sentence`, or `taken`. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'taken';
}

export const badSignature = 'InvalidIdentityToken: Response signature invalid';
