import { createContext } from 'react';
import type { MessageDto } from '../../_api/types.ts';

/** What a message's menu can begin; the conversation around it carries it out. */
export interface MessageActions {
  edit: (message: MessageDto) => void;
  askToDelete: (message: MessageDto) => void;
}

const ignore = () => undefined;

export const MessageActionsContext = createContext<MessageActions>({ edit: ignore, askToDelete: ignore });
