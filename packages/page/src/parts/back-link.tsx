import type { ComponentChildren } from "preact";
import { hrefOf } from "../state/route.ts";

/** Out of a panel, back to the legend or the results. */
export function BackLink({ onClick, children }: { onClick?: () => void; children: ComponentChildren }) {
  return (
    <a class="back" href={hrefOf.view("map")} onClick={onClick}>
      <span aria-hidden="true">←</span> {children}
    </a>
  );
}
