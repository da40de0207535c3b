import { createContext, useContext } from 'react';

/** Opens the full-screen viewer at an attachment of this conversation. */
export type OpenLightbox = (attachmentId: string) => void;

export const OpenLightboxContext = createContext<OpenLightbox>(() => undefined);

export function useOpenLightbox(): OpenLightbox {
  return useContext(OpenLightboxContext);
}
