/**
 * Text that is finished when it is first read. An RSA signature takes longer than all the rest of a delivery, and many
 * messages are never read: so they wait unsigned, and whoever hands the text out finishes it with `tx.readText`.
 */

/** A control character that no text of a user begins with: XML, and so every message, forbids it. */
const mark = '\x01';

/** Text that `service` finishes (`ServiceDefinition.finishText`). Finishing it twice gives the same. */
export function lateText(service: string, text: string): string {
  return `${mark}${service}${mark}${text}`;
}

/** The parts of what `lateText` made; undefined for text that is finished. */
export function readLateText(text: string): { readonly service: string; readonly text: string } | undefined {
  if (!text.startsWith(mark)) return undefined;
  const end = text.indexOf(mark, 1);
  return { service: text.slice(1, end), text: text.slice(end + 1) };
}
