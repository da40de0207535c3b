import { useEffect, useEffectEvent, useRef, useState } from 'react';

type TakeFiles = (files: File[], folderNames?: string[]) => void;

function carriesFiles(event: DragEvent): event is DragEvent & { dataTransfer: DataTransfer } {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** What lies over the page has nothing to do with the message being written. */
function isCovered(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

/**
 * Takes files dropped anywhere on the page, and pasted anywhere but into a field; a dragged text or link is left to the
 * browser. Null takes nothing. Returns whether files hang over the page.
 */
export function useFilesFromOutside(onFiles: TakeFiles | null): boolean {
  const [isOver, setOver] = useState(false);
  // Enter and leave come for every child; only the balance says whether the pointer is still inside.
  const depth = useRef(0);

  const onDrag = useEffectEvent((event: DragEvent) => {
    if (!carriesFiles(event) || onFiles === null || isCovered()) return;
    event.preventDefault();
    if (event.type === 'dragover') event.dataTransfer.dropEffect = 'copy';
    if (event.type === 'dragenter') depth.current += 1;
    if (event.type === 'dragleave') depth.current = Math.max(0, depth.current - 1);
    if (event.type === 'drop') {
      depth.current = 0;
      const { files, folderNames } = readDropped(event.dataTransfer);
      onFiles(files, folderNames);
    }
    setOver(depth.current > 0);
  });
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const isInField = event.target instanceof Element && event.target.matches('input, textarea');
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || isInField || onFiles === null || isCovered()) return;
    event.preventDefault();
    onFiles(files);
  });

  useEffect(() => {
    const names = ['dragenter', 'dragover', 'dragleave', 'drop'] as const;
    const drag = (event: DragEvent) => onDrag(event);
    const paste = (event: ClipboardEvent) => onPaste(event);
    for (const name of names) window.addEventListener(name, drag);
    window.addEventListener('paste', paste);
    return () => {
      for (const name of names) window.removeEventListener(name, drag);
      window.removeEventListener('paste', paste);
    };
  }, []);
  return isOver;
}

/**
 * A file that misses would be opened by the browser in place of the page, and what is being written with it. Returns the
 * way to stop.
 */
export function refuseStrayDrops(): () => void {
  const refuse = (event: DragEvent) => {
    if (event.defaultPrevented || !carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
  return () => {
    window.removeEventListener('dragover', refuse);
    window.removeEventListener('drop', refuse);
  };
}

/** A dropped folder looks like a file that cannot be read; it is told apart before anybody tries. */
function readDropped(transfer: DataTransfer): { files: File[]; folderNames: string[] } {
  const files: File[] = [];
  const folderNames: string[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.() ?? null;
    const file = item.getAsFile();
    if (entry?.isDirectory) folderNames.push(entry.name);
    else if (file) files.push(file);
  }
  return { files, folderNames };
}
