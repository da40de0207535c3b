/**
 * PostgreSQL has no NUL in text and UTF-8 no lone surrogates: both are taken out, the rest stays as it was typed. In NFC,
 * so that what a Mac decomposed is found by what a keyboard composes.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().normalize('NFC');
}
