/** Whether a reader would see anything: not of blanks, zero-width characters, fillers and variation selectors alone. */
export function hasVisibleText(text: string): boolean {
  return /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * At most `maxLength` code points, the last an ellipsis where something was cut, and never a part of what a reader takes
 * for one character (an emoji of several, a letter with its marks).
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const letters = [...text];
  if (letters.length <= maxLength) return text;
  const start = letters.slice(0, maxLength).join('');
  let end = 0;
  for (const { index } of graphemes.segment(start)) end = index;
  // The last one of `start` may go on behind it, and the ellipsis needs its place anyway.
  return `${start.slice(0, end) || letters.slice(0, maxLength - 1).join('')}…`;
}
