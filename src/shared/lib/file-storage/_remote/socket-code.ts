/** Code of Node's socket layer, `ECONNREFUSED` and the like; fetch has it one deeper. */
export function socketCode(error: unknown): string | undefined {
  const at = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  return at instanceof Error && 'code' in at && typeof at.code === 'string' ? at.code : undefined;
}
