import { createContext, useContext } from 'react';
import { createStore, type Store, useStore } from '#shared/ui/store.ts';

/** What this device knows of a file it sent. */
export interface LocalPicture {
  /** Object URL. */
  url: string;
  /** Pixels as this browser shows it, or null. */
  width: number | null;
  height: number | null;
}

/** Files sent from this tab, by attachment id: what is already here is not downloaded again. */
export type LocalPictures = Readonly<Record<string, LocalPicture>>;

/** Filled by the chat's provider; on a page without one every file is downloaded. */
export const LocalPicturesContext = createContext<Store<LocalPictures>>(createStore<LocalPictures>({}));

export function useLocalPictures(): LocalPictures {
  return useStore(useContext(LocalPicturesContext), (pictures) => pictures);
}

/** A file that was sent from this tab, or null: shown at once, without a download and without a blink. */
export function useLocalPicture(attachmentId: string): LocalPicture | null {
  return useStore(useContext(LocalPicturesContext), (pictures) => pictures[attachmentId] ?? null);
}
