/** The rules a file must meet before its first byte leaves. The server has the last word (it reads the bytes). */
export interface FileLimits {
  maxBytes: number;
  maxCount: number;
  /** Whether a file of this name and claimed type may be offered at all. */
  isAllowed: (file: FileDescription) => boolean;
}

export interface FileDescription {
  name: string;
  /** As the browser claims; empty when it does not know. */
  type: string;
  size: number;
}

export type FileRefusalReason = 'TOO_LARGE' | 'TYPE' | 'TOO_MANY' | 'FOLDER';

export interface FileRefusal {
  name: string;
  sizeBytes: number;
  reason: FileRefusalReason;
}

export interface FileChoice<F> {
  accepted: F[];
  refused: FileRefusal[];
}

/** Splits chosen files into those that may travel and those that may not, each refusal with its own reason. */
export function chooseFiles<F extends FileDescription>(
  files: readonly F[],
  alreadyChosen: number,
  limits: FileLimits,
): FileChoice<F> {
  const accepted: F[] = [];
  const refused: FileRefusal[] = [];
  const refuse = (file: F, reason: FileRefusalReason) =>
    refused.push({ name: file.name, sizeBytes: file.size, reason });
  for (const file of files) {
    if (!limits.isAllowed(file)) refuse(file, 'TYPE');
    else if (file.size > limits.maxBytes) refuse(file, 'TOO_LARGE');
    else if (alreadyChosen + accepted.length >= limits.maxCount) refuse(file, 'TOO_MANY');
    else accepted.push(file);
  }
  return { accepted, refused };
}

const pastedNames: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/**
 * Chromium calls every pasted picture `image.png`. A time in the name tells ten screenshots of a morning apart.
 * Files copied in a file manager keep their name.
 */
export function nameForPasted(file: FileDescription, now: Date): string {
  const extension = pastedNames[file.type];
  if (!extension || !/^image\.\w+$/.test(file.name)) return file.name;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${day} ${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}.${extension}`;
}
