import { splitName } from './format.ts';

/** A name on one line that loses its middle when it must: the end tells invoices apart, the extension tells the type. */
export function FileName({ name }: { name: string }) {
  const [head, tail] = splitName(name);
  return (
    // `isolate`: a name in another script, or with stray marks of direction, must not turn its surroundings around.
    <bdi className="flex w-fit max-w-full min-w-0 font-medium" title={name}>
      <span className="truncate whitespace-pre">{head}</span>
      {tail ? <span className="shrink-0 whitespace-pre">{tail}</span> : null}
    </bdi>
  );
}
