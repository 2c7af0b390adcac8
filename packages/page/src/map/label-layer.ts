import { type Camera, type Size, toScreen } from "./camera.ts";
import { type Box, type Label, withoutOverlap } from "./labels.ts";

/** The clusters' names over the map, as elements: text is crisper than what WebGL draws, and a person can enlarge it. */
export interface LabelLayer {
  readonly element: HTMLElement;
  set(labels: readonly Label[]): void;
  title(title: (cluster: string) => string): void;
  /** Only this cluster's name; undefined: all that have room. */
  focus(cluster: string | undefined): void;
  place(camera: Camera, size: Size): void;
}

const GAP = 4;
const AWAY = -1e6;
/** The corner that the map's buttons take. */
const TOOLS = { width: 50, height: 170 };

export function createLabelLayer(): LabelLayer {
  const element = document.createElement("div");
  element.className = "map-labels";
  element.ariaHidden = "true";
  const spans = new Map<string, { readonly span: HTMLSpanElement; width: number; height: number }>();
  let labels: readonly Label[] = [];
  let titleOf = (cluster: string) => cluster;
  let focused: string | undefined;

  function write(): void {
    for (const [cluster, { span }] of spans) {
      if (labels.some((label) => label.cluster === cluster)) continue;
      span.remove();
      spans.delete(cluster);
    }
    for (const { cluster } of labels) {
      let held = spans.get(cluster);
      if (!held) {
        held = { span: document.createElement("span"), width: 0, height: 0 };
        spans.set(cluster, held);
        element.append(held.span);
      }
      const text = titleOf(cluster);
      if (held.span.textContent === text) continue;
      held.span.textContent = text;
      held.width = held.span.offsetWidth;
      held.height = held.span.offsetHeight;
    }
  }

  return {
    element,
    set(next) {
      labels = next;
      write();
    },
    title(next) {
      titleOf = next;
      write();
    },
    focus(cluster) {
      focused = cluster;
    },
    place(camera, size) {
      const boxes = labels.map((label): Box => {
        const { width, height } = spans.get(label.cluster)!;
        const { x, y } = toScreen(camera, size, label);
        const other = focused !== undefined && focused !== label.cluster;
        const outside = x < 0 || y < 0 || x > size.width || y > size.height;
        const top = Math.round(Math.max(GAP, y - height - GAP));
        const edge = size.width - GAP - (top < TOOLS.height ? TOOLS.width : 0);
        const left = Math.round(Math.max(GAP, Math.min(edge - width, x - width / 2)));
        return { left: other || outside ? AWAY : left, top, width: width + GAP, height: height + GAP };
      });
      const shown = withoutOverlap(boxes);
      for (const [at, { cluster }] of labels.entries()) {
        const { span } = spans.get(cluster)!;
        const { left, top } = boxes[at]!;
        span.style.transform = `translate(${left}px, ${top}px)`;
        span.style.visibility = shown[at] && left !== AWAY ? "visible" : "hidden";
      }
    },
  };
}
