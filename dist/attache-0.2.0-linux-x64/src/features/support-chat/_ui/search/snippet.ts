export interface Snippet {
  before: string;
  match: string;
  after: string;
}

/** Characters kept before the place: enough to know where one is, the rest of the line is for what follows. */
const before = 28;
const after = 120;

/** The place of a text where the words stand, on one line; the start when they are not in it. */
export function cutSnippet(text: string, query: string): Snippet {
  const line = text.replace(/\s+/gu, ' ').trim();
  const words = query.replace(/\s+/gu, ' ').trim();
  const at = line.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0 || words === '') return { before: line.slice(0, before + after), match: '', after: '' };
  const start = at > before + 8 ? at - before : 0;
  const end = at + words.length;
  return {
    before: (start > 0 ? '…' : '') + line.slice(start, at).toWellFormed(),
    match: line.slice(at, end),
    after: line.slice(end, end + after).toWellFormed(),
  };
}
