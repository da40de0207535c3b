import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { PictureSize } from './picture-size.ts';
import { RenditionError } from './rendition-error.ts';

export interface PdfPage {
  /** In points, turned as it is read. */
  width: number;
  height: number;
  /** RGBA on white. */
  draw: (size: PictureSize) => Promise<Buffer>;
  /** Whether the page says more than that it is empty. */
  hasContent: () => Promise<boolean>;
}

export interface OpenPdf {
  pageCount: number;
  page: (number: number) => Promise<PdfPage>;
}

const require = createRequire(import.meta.url);
const folderOf = (name: string) => dirname(require.resolve(`${name}/package.json`));

const HAN = 'Fallback Han';
const HANGUL = 'Fallback Hangul';

/**
 * Fonts in the place of those that a document names and does not bring, metrically the same as Arial, Times New Roman
 * and Courier New, and such for Chinese, Japanese and Korean.
 */
function registerFonts(): void {
  const sans = join(folderOf('pdfjs-dist'), 'standard_fonts/LiberationSans-');
  for (const style of ['Regular', 'Bold', 'Italic', 'BoldItalic']) GlobalFonts.registerFromPath(`${sans}${style}.ttf`);
  for (const name of ['Tinos', 'Cousine']) {
    for (const style of ['400Regular', '700Bold', '400Regular_Italic', '700Bold_Italic']) {
      const folder = folderOf(`@expo-google-fonts/${name.toLowerCase()}`);
      GlobalFonts.registerFromPath(join(folder, style, `${name}_${style}.ttf`));
    }
  }
  GlobalFonts.setAlias('Liberation Sans', 'sans-serif');
  GlobalFonts.setAlias('Tinos', 'serif');
  GlobalFonts.setAlias('Cousine', 'monospace');
  const wide = folderOf('@librescore/fonts');
  GlobalFonts.registerFromPath(join(wide, 'SourceHanSansCN.min.woff2'), HAN);
  GlobalFonts.registerFromPath(join(wide, 'SourceHanSansKR.min.woff2'), HANGUL);
}

let hasFonts = false;

/** Text reaches the canvas as text only in fonts that the document does not bring; only then ours are needed. */
function withFallbackFonts(context: SKRSContext2D): SKRSContext2D {
  const draw = (method: 'fillText' | 'strokeText') => {
    const original = context[method].bind(context);
    context[method] = (text: string, ...place: [number, number, number?]) => {
      if (!hasFonts) registerFonts();
      hasFonts = true;
      const { font } = context;
      if (!font.includes(HAN)) context.font = `${font}, "${HAN}", "${HANGUL}"`;
      original(text, ...place);
    };
  };
  draw('fillText');
  draw('strokeText');
  return context;
}

interface CanvasAndContext {
  canvas: Canvas;
  context: SKRSContext2D;
}

/** As pdf.js wants it (`BaseCanvasFactory`), which makes canvases of its own for groups, masks and patterns. */
class FallbackCanvasFactory {
  create(width: number, height: number): CanvasAndContext {
    const canvas = createCanvas(width, height);
    return { canvas, context: withFallbackFonts(canvas.getContext('2d')) };
  }

  reset({ canvas }: CanvasAndContext, width: number, height: number): void {
    canvas.width = width;
    canvas.height = height;
  }

  destroy({ canvas }: CanvasAndContext): void {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/**
 * Opens a document with the engine of our viewer, so that a card shows what the viewer will: filled forms, and texts in
 * fonts that are not embedded. Scripts in the document are not run.
 * @throws RenditionError `encrypted` or `unreadable`
 */
export async function openPdf(file: Buffer, maxPixels: number): Promise<OpenPdf> {
  const { AnnotationMode, getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const folder = folderOf('pdfjs-dist');
  const factory = new FallbackCanvasFactory();
  const loading = getDocument({
    data: new Uint8Array(file),
    CanvasFactory: FallbackCanvasFactory,
    standardFontDataUrl: `${folder}/standard_fonts/`,
    cMapUrl: `${folder}/cmaps/`,
    wasmUrl: `${folder}/wasm/`,
    iccUrl: `${folder}/iccs/`,
    useSystemFonts: true,
    isEvalSupported: false,
    maxImageSize: maxPixels,
    verbosity: VerbosityLevel.ERRORS,
  });
  const document = await loading.promise.catch((error: unknown) => {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    throw new RenditionError(isLocked ? 'encrypted' : 'unreadable', String(error));
  });
  return {
    pageCount: document.numPages,
    page: async (number) => {
      const page = await document.getPage(number);
      const { width, height } = page.getViewport({ scale: 1 });
      const draw = async (size: PictureSize) => {
        const viewport = page.getViewport({ scale: size.width / width });
        const { canvas, context } = factory.create(size.width, size.height);
        await page.render({
          canvas: canvas as unknown as HTMLCanvasElement,
          canvasContext: context as unknown as CanvasRenderingContext2D,
          viewport,
          annotationMode: AnnotationMode.ENABLE,
        }).promise;
        return Buffer.from(context.getImageData(0, 0, size.width, size.height).data);
      };
      const hasContent = async () => (await page.getOperatorList()).fnArray.length > 0;
      return { width, height, draw, hasContent };
    },
  };
}
