import { Images } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, Suspense, useState } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';

const loadPanel = () => import('./files-panel.tsx');
const FilesPanel = lazy(loadPanel);

/** Opens everything that was sent in a conversation; what it needs is fetched when a hand or the focus comes near. */
export function FilesButton({ dialogId }: { dialogId: string }) {
  const t = useTranslations('files');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton
        label={t('open')}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void loadPanel()}
        onFocus={() => void loadPanel()}
        onClick={() => setOpen(true)}
      >
        <Images aria-hidden="true" />
      </IconButton>
      {isOpen ? (
        <Suspense>
          <FilesPanel dialogId={dialogId} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
