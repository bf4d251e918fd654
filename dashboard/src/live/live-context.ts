import { createContext, useContext, useSyncExternalStore } from "react";
import type { ConnectionState, SubscriptionState } from "../../../src/client/index.ts";
import type { LiveViews, Now, Store } from "./live-views.ts";

export const LiveContext = createContext<LiveViews | undefined>(undefined);

export function useLive(): LiveViews {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("A panel stands outside <LiveContext>.");
  return live;
}

export function useConnection(): ConnectionState {
  return useStore(useLive().connection);
}

export function useNow(): Now {
  return useStore(useLive().now);
}

export function useView(name: string): { readonly state: SubscriptionState; readonly retry: () => void } {
  const view = useLive().view(name);
  return { state: useStore(view.state), retry: () => view.retry() };
}

function useStore<Snapshot>(store: Store<Snapshot>): Snapshot {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
