import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { findInPage, normaliseQuery, type PageText, type PdfMatch } from './pdf-search.ts';

export interface PdfSearch {
  query: string;
  setQuery: (query: string) => void;
  matches: readonly PdfMatch[];
  /** Index in `matches`; -1 without any. */
  index: number;
  isRunning: boolean;
  step: (by: 1 | -1) => void;
}

/** A pause in typing before the document is read. */
const pauseMs = 250;

async function readPageText(document: PDFDocumentProxy, page: number): Promise<PageText> {
  const content = await (await document.getPage(page)).getTextContent();
  return content.items.flatMap((item) => ('str' in item ? [item.str] : []));
}

/** Searches page after page and shows what it has found so far: a long document answers at once. */
export function usePdfSearch(document: PDFDocumentProxy | null): PdfSearch {
  const [query, setQuery] = useState('');
  const [matches, setMatches] = useState<readonly PdfMatch[]>([]);
  const [index, setIndex] = useState(0);
  const [isRunning, setRunning] = useState(false);
  const texts = useRef(new Map<number, PageText>());

  useEffect(() => {
    setMatches([]);
    setIndex(0);
    if (!document || normaliseQuery(query) === '') return setRunning(false);
    let isGone = false;
    setRunning(true);
    const search = async () => {
      for (let page = 1; page <= document.numPages && !isGone; page += 1) {
        const text = texts.current.get(page) ?? (await readPageText(document, page));
        texts.current.set(page, text);
        const found = findInPage(page, text, query);
        if (found.length > 0 && !isGone) setMatches((before) => [...before, ...found]);
      }
    };
    const timer = setTimeout(() => {
      search()
        // The viewer was closed in the middle; nobody waits for the rest.
        .catch(() => undefined)
        .finally(() => !isGone && setRunning(false));
    }, pauseMs);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [document, query]);

  const total = matches.length;
  return {
    query,
    setQuery,
    matches,
    index: total === 0 ? -1 : Math.min(index, total - 1),
    isRunning,
    step: (by) => total > 0 && setIndex((before) => (before + by + total) % total),
  };
}
