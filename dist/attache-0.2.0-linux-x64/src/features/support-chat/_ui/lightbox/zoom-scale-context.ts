import { createContext } from 'react';

/** The scale a document is laid out at. By context: of a thousand pages only the few near the screen draw anew. */
export const ZoomScaleContext = createContext(1);
