/** Text inside XML. */

/** Text with markup escaped. A carriage return must be a reference to survive being read. Characters XML cannot hold are dropped. */
export function escapeXml(text: string): string {
  if (!/[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return text;
  // One pass for each: most texts that need any of them need quotes alone (ETags), and that is fast.
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}
