import type { ComponentChildren } from "preact";

/** What may be wider than the screen: the keyboard scrolls it, so it must be reached by it. */
export function ScrollRegion({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: axe's scrollable-region-focusable wants it
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
