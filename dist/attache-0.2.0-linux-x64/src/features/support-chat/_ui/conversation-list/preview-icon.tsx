import { FileText, Film, Image, type LucideIcon, Music } from 'lucide-react';

const kinds: readonly { icon: LucideIcon; pattern: RegExp }[] = [
  { icon: Image, pattern: /\.(jpe?g|png|gif|webp|avif|hei[cf]|tiff?|bmp|svg)$/iu },
  { icon: Film, pattern: /\.(mp4|m4v|mov|webm)$/iu },
  { icon: Music, pattern: /\.(mp3|m4a|aac|ogg|opus|wav|flac)$/iu },
  { icon: FileText, pattern: /\.(pdf|txt|csv|md|zip|docx?|xlsx?|pptx?|od[tsp])$/iu },
];

/**
 * A message of files alone is previewed by their names; the first one's ending chooses the sign before it. Words that
 * merely end like a file get one too: it is a hint, not a claim.
 */
export function findPreviewIcon(preview: string): LucideIcon | null {
  const first = preview.split(', ')[0] ?? '';
  return kinds.find(({ pattern }) => pattern.test(first))?.icon ?? null;
}

export function Preview({ text }: { text: string }) {
  const Icon = findPreviewIcon(text);
  return (
    <>
      {Icon ? <Icon aria-hidden="true" className="mr-1 mb-0.5 inline size-3.5" /> : null}
      {text}
    </>
  );
}
