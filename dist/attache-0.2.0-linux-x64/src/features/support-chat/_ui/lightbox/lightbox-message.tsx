import type { ReactNode } from 'react';

/** Words in the place of a file that cannot be shown. */
export function LightboxMessage({ children }: { children: ReactNode }) {
  return (
    <div className="absolute inset-0 flex items-center justify-center p-8 text-center text-white/80">
      <p className="max-w-96 text-balance">{children}</p>
    </div>
  );
}
