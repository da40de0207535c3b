/** The part of libheif-js that we use; the package describes only its raw C functions. */
declare module 'libheif-js/wasm-bundle.js' {
  export type HeifPixels = { data: Uint8ClampedArray; width: number; height: number };

  export type HeifImage = {
    is_primary(): boolean;
    has_alpha_channel(): boolean;
    get_width(): number;
    get_height(): number;
    /** Decodes to RGBA with rotation and crop applied; calls back with null when the picture is broken. */
    display(target: HeifPixels, done: (pixels: HeifPixels | null) => void): void;
    free(): void;
  };

  const libheif: { HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] } };
  export default libheif;
}
