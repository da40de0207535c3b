import { type Gateway, gatewayAbsence, openGateway } from '../tests/storage/ceph-gateway.ts';
import { atEnd } from './at-end.ts';

let opening: Promise<Gateway> | null = null;

/** Ceph's gateway in memory, one for all parts of a run; `endAll` ends it. Null where it is not installed. */
export async function sharedGateway(): Promise<Gateway | null> {
  if (gatewayAbsence !== null) return null;
  opening ??= openGateway().then((gateway) => {
    atEnd(() => gateway.release());
    return gateway;
  });
  return opening;
}
