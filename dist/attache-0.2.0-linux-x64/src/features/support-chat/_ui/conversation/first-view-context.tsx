'use client';

import { createContext, type ReactNode } from 'react';
import type { Row } from './rows.ts';

/** What the server already knew of the conversation when it drew the page. */
export interface FirstRows {
  dialogId: string;
  rows: readonly Row[];
}

export const FirstRowsContext = createContext<FirstRows | null>(null);

/** Around the page: an element a server component can hand its findings to. */
export function FirstRowsProvider({ value, children }: { value: FirstRows | null; children: ReactNode }) {
  return <FirstRowsContext value={value}>{children}</FirstRowsContext>;
}

/** Whether what is drawn is a still, by the server, and will never hear a press: it fetches nothing by itself. */
export const StillContext = createContext(false);
