import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { Field, Input } from '#shared/ui/input.tsx';

export interface PdfPasswordProps {
  /** The last one did not open the document. */
  isWrong: boolean;
  onUnlock: (password: string) => void;
}

/** The password stays in this page: pdf.js decrypts the document here. */
export function PdfPassword({ isWrong, onUnlock }: PdfPasswordProps) {
  const t = useTranslations('lightbox');
  return (
    <form
      className="flex w-80 max-w-full flex-col gap-4 p-6 text-white"
      onSubmit={(event) => {
        event.preventDefault();
        onUnlock(String(new FormData(event.currentTarget).get('password')));
      }}
    >
      <Field label={t('pdfPassword')} error={isWrong ? t('wrongPassword') : undefined}>
        {(control) => <Input {...control} autoFocus type="password" name="password" autoComplete="off" required />}
      </Field>
      <Button type="submit" variant="primary">
        {t('unlock')}
      </Button>
    </form>
  );
}
