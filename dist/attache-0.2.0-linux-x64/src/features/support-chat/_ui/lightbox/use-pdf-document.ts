import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useState } from 'react';
import { openPdf, PdfFailure, type PdfProblem } from './pdf-document.ts';
import type { Size } from './zoom-state.ts';

export type PdfState =
  | { status: 'loading' }
  | {
      status: 'ready';
      document: PDFDocumentProxy /** Of the first page, in points; the others start from it. */;
      pageSize: Size;
    }
  | { status: 'failed'; problem: PdfProblem };

export function usePdfDocument(url: string): PdfState {
  const [state, setState] = useState<PdfState>({ status: 'loading' });
  useEffect(() => {
    let isGone = false;
    const pdf = openPdf(url);
    const load = async () => {
      const document = await pdf.document;
      const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
      if (!isGone) setState({ status: 'ready', document, pageSize: { width, height } });
    };
    load().catch((error: unknown) => {
      const problem = error instanceof PdfFailure ? error.problem : 'broken';
      if (!isGone) setState({ status: 'failed', problem });
    });
    return () => {
      isGone = true;
      pdf.close();
    };
  }, [url]);
  return state;
}
