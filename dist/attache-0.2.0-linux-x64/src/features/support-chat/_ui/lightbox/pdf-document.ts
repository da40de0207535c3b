import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, version } from 'pdfjs-dist';

// Served by ourselves: the bundler turns this into an address below /_next/static.
GlobalWorkerOptions.workerSrc = new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url).toString();

export type PdfProblem = 'password' | 'broken';

export class PdfFailure extends Error {
  readonly problem: PdfProblem;

  constructor(problem: PdfProblem) {
    super(problem);
    this.name = 'PdfFailure';
    this.problem = problem;
  }
}

export interface OpenPdf {
  document: Promise<PDFDocumentProxy>;
  close: () => void;
}

/** Bytes in one range request: about a page with its fonts. */
const rangeBytes = 256 * 1024;

/** Opens a PDF by ranges: a page of a large document costs what that page needs. Rejects with {@link PdfFailure}. */
export function openPdf(url: string): OpenPdf {
  const assets = new URL(`/pdfjs/${version}/`, location.origin);
  const task = getDocument({
    url,
    cMapUrl: new URL('cmaps/', assets).href,
    standardFontDataUrl: new URL('standard_fonts/', assets).href,
    wasmUrl: new URL('wasm/', assets).href,
    iccUrl: new URL('iccs/', assets).href,
    withCredentials: true,
    rangeChunkSize: rangeBytes,
    disableStream: true,
    disableAutoFetch: true,
    // Forms and scripts of a stranger's document are none of our business.
    enableXfa: false,
  });
  const document = task.promise.catch((error: unknown) => {
    throw new PdfFailure(error instanceof Error && error.name === 'PasswordException' ? 'password' : 'broken');
  });
  return { document, close: () => void task.destroy() };
}
