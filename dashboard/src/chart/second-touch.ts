/** A mouse shows what is there before it presses; a finger shows it first, and means it the second time. */
import { type MouseEvent, useCallback, useRef } from "react";

export function useSecondTouch(): (event: MouseEvent, place: string | number | undefined) => boolean {
  const touched = useRef<string | number>(undefined);
  return useCallback((event, place) => {
    const { pointerType } = event.nativeEvent as PointerEvent;
    const isMeant = pointerType !== "touch" || touched.current === place;
    touched.current = place;
    return isMeant;
  }, []);
}
