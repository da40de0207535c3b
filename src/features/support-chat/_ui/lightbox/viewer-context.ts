import { createContext, useContext } from 'react';

/** Opens the full-screen viewer at an attachment of this conversation. */
export type OpenViewer = (attachmentId: string) => void;

export const OpenViewerContext = createContext<OpenViewer>(() => undefined);

export function useOpenViewer(): OpenViewer {
  return useContext(OpenViewerContext);
}
