import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from "react";
import type { ConnectionState, SubscriptionState } from "../../../src/client/index.ts";
import type { LiveViews, Now, Store, ViewShape } from "./live-views.ts";

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

export interface ShownView {
  readonly state: SubscriptionState;
  readonly retry: () => void;
}

/** Of several at once; their number may be another at any time. */
export function useViews(shapes: readonly ViewShape[]): readonly ShownView[] {
  const live = useLive();
  const views = shapes.map((shape) => live.view(shape));
  const last = useRef<readonly SubscriptionState[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = views.map((view) => view.state.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    // biome-ignore lint/correctness/useExhaustiveDependencies: views of the same shapes are the same.
    views,
  );
  const snapshot = (): readonly SubscriptionState[] => {
    const states = views.map((view) => view.state.snapshot());
    const same =
      states.length === last.current.length && states.every((each, at) => each === last.current[at]);
    if (!same) last.current = states;
    return last.current;
  };
  const states = useSyncExternalStore(subscribe, snapshot);
  return states.map((state, place) => ({ state, retry: () => views[place]?.retry() }));
}

function useStore<Snapshot>(store: Store<Snapshot>): Snapshot {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
