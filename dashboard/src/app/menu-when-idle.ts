import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { fetched } from "./fetched.ts";
import { whenIdle } from "./when-idle.ts";

/** A menu whose code comes behind the numbers of the page, which stands in the page when it is there. */
export function menuWhenIdle<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    await whenIdle();
    return { default: await fetched(load) };
  });
}
