import type { LiveIndex } from '#shared/db/live-indexes.ts';
import { OBJECT_NAMES_INDEX } from './object-names.ts';
import { SEARCH_INDEXES } from './search-indexes.ts';

/** All indexes that are built beside traffic; first the one without which the cleanup frees nothing. */
export const CHAT_INDEXES: readonly LiveIndex[] = [OBJECT_NAMES_INDEX, ...SEARCH_INDEXES];
