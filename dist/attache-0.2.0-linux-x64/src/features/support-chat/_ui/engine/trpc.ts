import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '../../_api/app-router.ts';

/** Queries and mutations of the chat for components: `useTrpc().supportChat.userListDialogs.queryOptions(…)`. */
export const { TRPCProvider, useTRPC: useTrpc, useTRPCClient: useTrpcClient } = createTRPCContext<AppRouter>();
