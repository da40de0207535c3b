import { type DragEvent, useRef, useState } from 'react';

export interface DropTarget {
  /** A file hangs over the conversation. */
  isOver: boolean;
  handlers: {
    onDragEnter: (event: DragEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDragLeave: (event: DragEvent) => void;
    onDrop: (event: DragEvent) => void;
  };
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

/** Takes files dropped anywhere on an element; a dragged text or link is left to the browser. */
export function useDropTarget(onFiles: (files: File[], folderNames: string[]) => void): DropTarget {
  const [isOver, setOver] = useState(false);
  // Enter and leave come for every child; only the balance says whether the pointer is still inside.
  const depth = useRef(0);

  return {
    isOver,
    handlers: {
      onDragEnter(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      },
      onDragOver(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDragLeave(event) {
        if (!carriesFiles(event)) return;
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      },
      onDrop(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        const { files, folderNames } = readDropped(event.dataTransfer);
        onFiles(files, folderNames);
      },
    },
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
