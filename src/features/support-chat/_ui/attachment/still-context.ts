import { createContext } from 'react';

/** True in the server-rendered still of a conversation, which is never hydrated: its tiles must not load files. */
export const StillContext = createContext(false);
