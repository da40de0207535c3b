/**
 * A value that exists once in a process, however many times its module is loaded: Next and Vitest load our modules
 * anew beside the originals, while what lies in node_modules stays one.
 */
export function oncePerProcess<Value extends object>(name: string, create: () => Value): Value {
  const key = Symbol.for(`attache.${name}`);
  const known: Value | undefined = Reflect.get(globalThis, key);
  if (known) return known;
  const value = create();
  Reflect.set(globalThis, key, value);
  return value;
}
