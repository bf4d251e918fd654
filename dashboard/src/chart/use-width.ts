import { type RefObject, useEffect, useRef, useState } from "react";

/** How wide an element is, in pixels; 0 until it stands somewhere. */
export function useWidth<Place extends HTMLElement>(): readonly [RefObject<Place | null>, number] {
  const place = useRef<Place>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}
