import { Camera, Paperclip } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useLayoutEffect, useRef } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { useUploadWords } from './use-upload-words.ts';

/** The file picker, and on phones the camera beside it. */
export function FileButtons({ onFiles }: { onFiles: (files: File[]) => void }) {
  const t = useTranslations('composer');
  const { accept } = useUploadWords();
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    onFiles([...(input.files ?? [])]);
    // Otherwise choosing the same file again would be no change.
    input.value = '';
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what was chosen before the scripts were there
  useLayoutEffect(() => {
    for (const input of [files.current, camera.current]) if (input?.files?.length) take(input);
  }, []);
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        accept={accept}
        tabIndex={-1}
        // The button below is what readers meet; two of a name would puzzle them.
        aria-hidden="true"
        onChange={(event) => take(event.currentTarget)}
        className="sr-only"
      />
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => take(event.currentTarget)}
        className="sr-only"
      />
      <IconButton label={t('attach')} size="lg" onClick={() => files.current?.click()}>
        <Paperclip aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t('camera')}
        size="lg"
        tooltip={false}
        onClick={() => camera.current?.click()}
        className="not-pointer-coarse:hidden"
      >
        <Camera aria-hidden="true" />
      </IconButton>
    </>
  );
}
