import { type Gateway, gatewayAbsence, openGateway } from '../tests/storage/ceph-gateway.ts';
import { addExitHook } from './exit-hooks.ts';

let opening: Promise<Gateway> | null = null;

/** Ceph's gateway in memory, one for all sections of a run; an exit hook stops it. Null where it is not installed. */
export async function sharedGateway(): Promise<Gateway | null> {
  if (gatewayAbsence !== null) return null;
  opening ??= openGateway().then((gateway) => {
    addExitHook(() => gateway.release());
    return gateway;
  });
  return opening;
}
