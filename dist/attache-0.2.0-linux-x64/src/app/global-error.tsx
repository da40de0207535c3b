'use client';

/** The last net, when even the layout failed: no styles, no translations, nothing that could fail again. */
export default function GlobalErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', padding: '3rem', maxWidth: '32rem', margin: '0 auto' }}>
        <h1>Something broke on our side</h1>
        <p lang="ru">У нас что-то сломалось.</p>
        <button type="button" onClick={reset}>
          Try again · Повторить
        </button>
      </body>
    </html>
  );
}
