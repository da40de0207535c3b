// Controls; soft hyphen; zero-width and bidirectional marks, embeddings, overrides and isolates; line and paragraph
// separators; invisible operators; byte order mark and interlinear marks. U+200C and U+200D stay: Persian and emoji
// need them.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is what it is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]/g;

/** Text without what nobody sees and what turns its letters around. */
export function withoutInvisible(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, '');
}
