import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { useEffect, useState } from 'react';

/** A page of a document, fetched once it is wanted. */
export function usePdfPage(document: PDFDocumentProxy, page: number, isWanted: boolean): PDFPageProxy | null {
  const [proxy, setProxy] = useState<PDFPageProxy | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    const loading = document.getPage(page);
    loading.then(
      (loaded) => !isGone && setProxy(loaded),
      // The viewer was closed meanwhile, or this page is broken: its place stays white.
      () => undefined,
    );
    return () => {
      isGone = true;
      // Its decoded pictures and drawing orders; asked for again when the reader comes back.
      loading.then((loaded) => loaded.cleanup()).catch(() => undefined);
    };
  }, [document, page, isWanted]);
  return proxy;
}
