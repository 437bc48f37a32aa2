/** What to do instead of what is not built here: CloudTrail Lake, channels, Insights. */

export const insteadOfLake = 'There is no CloudTrail Lake: find events with LookupEvents, or let a trail deliver them to a bucket.';
const insteadOfChannels = 'No events of other sources are taken in: keep those in a bucket or a table of your own.';
const insteadOfInsights = 'Nothing looks for unusual activity: count the events that LookupEvents finds, or that a trail delivers.';

/** For every operation that is not built. */
export function instead(operation: string): string {
  if (/Insight/.test(operation)) return insteadOfInsights;
  return /Channel/.test(operation) ? insteadOfChannels : insteadOfLake;
}
