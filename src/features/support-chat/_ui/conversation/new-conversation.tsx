import { MessagesSquare } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { useEarlyInput } from '#shared/ui/use-early-input.ts';
import { Composer } from '../composer/composer.tsx';
import { DropOverlay } from '../composer/drop-overlay.tsx';
import { useComposer } from '../composer/use-composer.ts';
import { useFilesFromOutside } from '../composer/use-files-from-outside.ts';
import { refreshConversationLists } from '../engine/conversation-messages.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { OutgoingRow } from './outgoing-row.tsx';
import { useConversationOutgoing } from './use-conversation-outgoing.ts';

export interface NewConversationProps {
  header?: ReactNode;
  /** Show the conversation: the server knows it now. */
  onCreated: (dialogId: string) => void;
}

const nothing: readonly never[] = [];

/** The first message of a conversation: the conversation begins when it is sent. */
export function NewConversation({ header, onCreated }: NewConversationProps) {
  const t = useTranslations('conversation');
  const { engine } = useChat();
  const composer = useComposer(null);
  const isFileOver = useFilesFromOutside(composer.addFiles);
  const outgoing = useConversationOutgoing(null, nothing);
  const [topic, setTopic] = useState('');
  const topicField = useRef<HTMLInputElement>(null);
  useEarlyInput(topicField, topic, setTopic);

  const onConversationCreated = useEffectEvent((dialogId: string) => {
    refreshConversationLists(engine.client);
    // Whatever else was written here goes along: it belongs to that conversation now.
    onCreated(dialogId);
  });
  useEffect(() => engine.outbox.onConversationCreated((dialogId) => onConversationCreated(dialogId)), [engine]);

  return (
    <div className="relative flex h-full min-h-0 min-w-0 flex-col bg-chat-ground">
      {header}
      {outgoing.length === 0 ? (
        <EmptyState icon={<MessagesSquare />} title={t('newTitle')} className="min-h-0 flex-1 overflow-y-auto">
          {t('newBody')}
        </EmptyState>
      ) : (
        <ol className="mx-auto flex min-h-0 w-full max-w-4xl flex-1 flex-col justify-end overflow-y-auto pb-3">
          {outgoing.map((item) => (
            <li key={item.clientMessageId}>
              <OutgoingRow outgoing={item} isFirst isLast />
            </li>
          ))}
        </ol>
      )}
      <div className="mx-auto w-full max-w-4xl">
        <div className="px-3 pb-2 sm:px-5">
          <input
            ref={topicField}
            autoComplete="off"
            value={topic}
            onChange={(event) => setTopic(event.currentTarget.value)}
            maxLength={200}
            dir="auto"
            aria-label={t('topic')}
            placeholder={t('topic')}
            className="h-10 w-full rounded-xl border border-line bg-raised px-4 text-md text-ink outline-none placeholder:text-muted focus:border-focus sm:text-base"
          />
        </div>
        <Composer composer={composer} onSend={() => composer.send(topic)} autoFocus />
      </div>
      {isFileOver ? <DropOverlay /> : null}
    </div>
  );
}
