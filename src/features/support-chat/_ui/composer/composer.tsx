import { ArrowUp, Check } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useId, useRef, useState } from 'react';
import { hasVisibleText } from '#shared/text/visible-text.ts';
import { IconButton } from '#shared/ui/icon-button.tsx';
import type { MessageDto } from '../../_api/types.ts';
import { FileButtons } from './file-buttons.tsx';
import { MessageField } from './message-field.tsx';
import { EditNotice, Refusals, SignedOutNotice } from './notices.tsx';
import { Tray } from './tray.tsx';
import type { ComposerState } from './use-composer.ts';
import { useUploadWords } from './use-upload-words.ts';

export interface ComposerProps {
  composer: ComposerState;
  onSend: () => void;
  /** The message being changed instead of a new one being written. */
  editing?: MessageDto | null;
  onEditDone?: (text: string) => void;
  onEditCancel?: () => void;
  onEditLast?: () => void;
  autoFocus?: boolean;
}

export function Composer({ composer, onSend, editing = null, ...props }: ComposerProps) {
  const t = useTranslations('composer');
  const field = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  const [editedText, setEditedText] = useState('');
  const editingId = editing?.id ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another message resets what is typed
  useEffect(() => {
    if (editingId === null) return;
    setEditedText(editing?.text ?? '');
    field.current?.focus();
  }, [editingId]);
  useEffect(() => {
    // A keyboard that springs up on a phone hides the conversation that was just opened.
    if (props.autoFocus && window.matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true });
  }, [props.autoFocus]);

  const submit = () => {
    if (editing === null) onSend();
    else if (hasVisibleText(editedText)) props.onEditDone?.(editedText.trim());
    field.current?.focus();
  };
  const isReady = editing === null ? composer.canSend : hasVisibleText(editedText);

  return (
    <div className="px-3 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-5">
      <SignedOutNotice />
      <Refusals refusals={composer.refusals} onDismiss={composer.dismissRefusals} />
      {editing ? (
        <EditNotice text={editing.text} onCancel={() => props.onEditCancel?.()} />
      ) : (
        <Tray
          uploads={composer.uploads}
          onRemove={composer.removeUpload}
          onRetry={composer.retryUpload}
          onReplace={composer.replaceUpload}
        />
      )}
      <div className="flex items-end gap-1 rounded-2xl border border-line bg-raised p-1 shadow-bubble transition-colors focus-within:border-focus">
        {editing ? <span className="w-2" /> : <FileButtons onFiles={composer.addFiles} />}
        <MessageField
          ref={field}
          value={editing ? editedText : composer.text}
          label={t('placeholder')}
          describedBy={hintId}
          onChange={editing ? setEditedText : composer.setText}
          onSend={submit}
          onFiles={(files) => editing === null && composer.addFiles(files)}
          onEditLast={editing === null ? props.onEditLast : undefined}
          onEscape={editing ? props.onEditCancel : undefined}
        />
        <IconButton
          label={editing ? t('saveEdit') : t('send')}
          size="lg"
          tooltip={false}
          disabled={!isReady}
          onClick={submit}
          variant={isReady ? 'accent' : 'ghost'}
          className="rounded-full!"
        >
          {editing ? <Check aria-hidden="true" /> : <ArrowUp aria-hidden="true" />}
        </IconButton>
      </div>
      <Limits id={hintId} />
    </div>
  );
}

/** What may be attached, said before anything is chosen. */
function Limits({ id }: { id: string }) {
  const t = useTranslations('composer');
  const { limits, allowedTypes } = useUploadWords();
  return (
    <p id={id} className="relative mt-1.5 truncate px-2 text-2xs text-muted" title={allowedTypes}>
      <span>{limits}</span>
      <span className="hidden sm:pointer-fine:inline"> · {t('keys')}</span>
      <span className="sr-only">. {allowedTypes}</span>
    </p>
  );
}
