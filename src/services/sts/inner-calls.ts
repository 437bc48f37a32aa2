/** What STS asks of other services. */
import { AwsError, homeRegionOf, type Place } from '../../kernel';

/** Where IAM keeps what belongs to an account. */
export function iamPlace(account: string, partition: string): Place {
  return { account, partition, region: homeRegionOf(partition) };
}

/** What a call gives; undefined when it is refused with one of these codes. */
export function unless<T>(codes: RegExp, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof AwsError && codes.test(error.code)) return undefined;
    throw error;
  }
}

/** What a call of IAM gives; undefined when what it asks for is not there. */
export function ifThere<T>(call: () => T): T | undefined {
  return unless(/^NoSuchEntity(Exception)?$/, call);
}
