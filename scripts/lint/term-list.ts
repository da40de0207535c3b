/** A refused term in a text. */
export interface FoundTerm {
  /** Counted from 1. */
  line: number;
  found: string;
  replacement: string;
}

export interface TermList {
  /** @param path a file or folder, from the repository's root */
  isIgnored: (path: string) => boolean;
  /** @param isDocument whether terms refused in documents alone count as well */
  findTerms: (text: string, isDocument: boolean) => FoundTerm[];
}

interface Term {
  pattern: string;
  replacement: string;
  inDocumentsOnly: boolean;
}

/**
 * Reads the plain list of refused terms; its own comments describe the format.
 * @throws on a line that is neither a term, an ignored path, a comment nor blank
 */
export function parseTermList(source: string): TermList {
  const terms: Term[] = [];
  const ignored: string[] = [];
  for (const line of source.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('ignore: ')) ignored.push(line.slice('ignore: '.length));
    else terms.push(parseTerm(line));
  }
  const inCode = createFinder(terms.filter(({ inDocumentsOnly }) => !inDocumentsOnly));
  const inDocuments = createFinder(terms);
  return {
    isIgnored: (path) => ignored.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    findTerms: (text, isDocument) => (isDocument ? inDocuments : inCode)(text),
  };
}

function parseTerm(line: string): Term {
  const [, scope, term, replacement] = /^(docs: )?(.+?) -> (.+)$/.exec(line) ?? [];
  if (!term || !replacement) throw new Error(`Not a line of the term list: ${line}`);
  const pattern = term
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '\\p{L}*')
    .replaceAll('#', '\\d+')
    .replaceAll(' ', '[\\s_-]+');
  return { pattern, replacement, inDocumentsOnly: scope !== undefined };
}

/** One regular expression for all terms: a pass over the repository takes a fraction of a second. */
function createFinder(terms: readonly Term[]): (text: string) => FoundTerm[] {
  const all = new RegExp(
    `(?<![\\p{L}\\d])(?:${terms.map(({ pattern }) => `(${pattern})`).join('|')})(?![\\p{L}\\d])`,
    'giu',
  );
  return (text) => {
    const found: FoundTerm[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      for (const match of splitCamelCase(line).matchAll(all)) {
        const term = terms[match.slice(1).findIndex((group) => group !== undefined)];
        found.push({ line: index + 1, found: match[0], replacement: term?.replacement ?? '' });
      }
    }
    return found;
  };
}

/** `lendToPages` and `HTTPAnswer` read as words: `lend To Pages`, `HTTP Answer`. */
function splitCamelCase(line: string): string {
  return line.replaceAll(/([\p{Ll}\d])(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1$2 ');
}
