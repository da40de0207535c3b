import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { buttonClass } from '#shared/ui/button.tsx';
import { Modal } from '#shared/ui/modal.tsx';
import { FileTabContent } from './file-tab-content.tsx';
import { archiveUrl, type FileTab, fileTabs, isFileTab } from './file-tabs.ts';

/** All files of a conversation by kind, and all of them at once as a ZIP. */
export default function FilesPanel({ dialogId, onClose }: { dialogId: string; onClose: () => void }) {
  const t = useTranslations('files');
  const tCommon = useTranslations('common');
  const [tab, setTab] = useState<FileTab>('image');
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      closeLabel={tCommon('close')}
      size="lg"
      footer={
        <a href={archiveUrl(dialogId)} download className={buttonClass('secondary')}>
          <Download aria-hidden="true" className="size-4" />
          {t('downloadAll')}
        </a>
      }
    >
      <Tabs.Root value={tab} onValueChange={(value) => isFileTab(value) && setTab(value)}>
        <Tabs.List aria-label={t('tabs')} className="sticky top-0 z-10 -mx-5 flex gap-1 bg-raised px-5 pb-3">
          {fileTabs.map((value) => (
            <Tabs.Trigger
              key={value}
              value={value}
              className="h-9 rounded-md px-3 text-base text-muted transition-colors hover:text-ink sm:h-8 data-[state=active]:bg-accent-soft data-[state=active]:font-medium data-[state=active]:text-accent-text"
            >
              {t('tab', { tab: value })}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {/* The height stays while tabs change: the panel must not jump under the pointer. */}
        {fileTabs.map((value) => (
          <Tabs.Content key={value} value={value} className="h-[min(58dvh,32rem)]">
            <FileTabContent dialogId={dialogId} tab={value} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Modal>
  );
}
