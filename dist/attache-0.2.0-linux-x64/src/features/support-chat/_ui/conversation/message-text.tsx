import { linkify } from './linkify.ts';

/** What somebody wrote, as it was typed: line breaks stay, web addresses become links. */
export function MessageText({ text }: { text: string }) {
  let position = 0;
  return (
    // Its direction is that of its first letters: Hebrew stays in order in a page that runs from left to right.
    <span dir="auto" className="whitespace-pre-wrap break-words [overflow-wrap:anywhere]">
      {linkify(text).map((part) => {
        const key = position;
        position += part.text.length;
        return part.type === 'text' ? (
          part.text
        ) : (
          <a
            key={key}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="underline decoration-current/40 underline-offset-2 hover:decoration-current"
          >
            {part.text}
          </a>
        );
      })}
    </span>
  );
}
