import { AnnotationMode, GlobalWorkerOptions, getDocument, PasswordResponses, version } from 'pdfjs-dist';
import 'pdfjs-dist/web/pdf_viewer.css';
import * as viewers from 'pdfjs-dist/web/pdf_viewer.mjs';
import { createPdfZoom } from './pdf-zoom.ts';
import type { ZoomStop } from './zoom.ts';

// Served by ourselves: the bundler turns this into an address below /_next/static.
GlobalWorkerOptions.workerSrc = new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url).toString();

export interface PdfState {
  status: 'loading' | 'password' | 'wrongPassword' | 'broken' | 'ready';
  /** From 1. */
  page: number;
  pages: number;
  stop: ZoomStop;
  matchesCount: { current: number; total: number };
  isSearching: boolean;
}

export interface PdfEvents {
  onChange: (change: Partial<PdfState>) => void;
  /** Accessible name of a page. */
  labelOf: (page: number) => string;
}

export type PdfView = ReturnType<typeof openPdf>;

/** Bytes in one range request: about a page with its fonts. */
const rangeBytes = 256 * 1024;

/** Opens a PDF by ranges: a page of a large document costs what that page needs. */
function load(url: string) {
  const assets = new URL(`/pdfjs/${version}/`, location.origin).href;
  return getDocument({
    url,
    cMapUrl: `${assets}cmaps/`,
    standardFontDataUrl: `${assets}standard_fonts/`,
    wasmUrl: `${assets}wasm/`,
    iccUrl: `${assets}iccs/`,
    rangeChunkSize: rangeBytes,
    disableStream: true,
    disableAutoFetch: true,
    enableXfa: false,
  });
}

/** pdf.js's own viewer in `container`, a positioned `div` with a `div.pdfViewer` in it. Scripts of a PDF do not run. */
export function openPdf(container: HTMLDivElement, url: string, { onChange, labelOf }: PdfEvents) {
  const closing = new AbortController();
  const eventBus = new viewers.EventBus();
  const { BLANK } = viewers.LinkTarget;
  const linkService = new viewers.PDFLinkService({ eventBus, externalLinkTarget: BLANK, ignoreDestinationZoom: true });
  const options = {
    container,
    eventBus,
    linkService,
    findController: new viewers.PDFFindController({ eventBus, linkService }),
    // Given one, PDFViewer leaves the names to `labelOf`; its own language would have to be fetched.
    l10n: new viewers.GenericL10n('en-us'),
    annotationMode: AnnotationMode.ENABLE,
    imageResourcesPath: `/pdfjs/${version}/images/`,
    removePageBorders: true,
    abortSignal: closing.signal,
  };
  const viewer = new viewers.PDFViewer(options);
  linkService.setViewer(viewer);
  const zoom = createPdfZoom(viewer, () => onChange({ stop: zoom.stop() }), closing.signal);

  eventBus.on('pagesinit', () => {
    const { pagesCount: pages } = viewer;
    for (let page = 1; page <= pages; page += 1) viewer.getPageView(page - 1).div.ariaLabel = labelOf(page);
    zoom.fitNow();
    onChange({ status: 'ready', pages });
  });
  eventBus.on('pagechanging', ({ pageNumber: page }: { pageNumber: number }) => onChange({ page, stop: zoom.stop() }));
  eventBus.on('updatefindmatchescount', ({ matchesCount }: PdfState) => onChange({ matchesCount }));
  eventBus.on('updatefindcontrolstate', ({ matchesCount, state }: PdfState & { state: number }) =>
    onChange({ matchesCount, isSearching: state === viewers.FindState.PENDING }),
  );
  const observer = new ResizeObserver(() => viewer.pagesCount > 0 && !zoom.isZoomed() && zoom.fitNow());
  observer.observe(container);

  const task = load(url);
  let tryPassword = (_password: string) => {};
  task.onPassword = (update: typeof tryPassword, reason: number) => {
    tryPassword = update;
    onChange({ status: reason === PasswordResponses.INCORRECT_PASSWORD ? 'wrongPassword' : 'password' });
  };
  task.promise.then(
    (document) => {
      linkService.setDocument(document);
      viewer.setDocument(document);
    },
    () => closing.signal.aborted || onChange({ status: 'broken' }),
  );
  let query = '';
  const find = (type: '' | 'again', findPrevious = false) => {
    const name = query.trim() === '' ? 'findbarclose' : 'find';
    eventBus.dispatch(name, { source: container, type, query, findPrevious, highlightAll: true });
  };
  return {
    zoom,
    /** Goes to the first match from the current page on; nothing takes the marks away. */
    find(next: string) {
      query = next;
      find('');
    },
    findAgain: (by: 1 | -1) => find('again', by === -1),
    unlock: (password: string) => tryPassword(password),
    close() {
      closing.abort();
      observer.disconnect();
      void task.destroy();
    },
  };
}
