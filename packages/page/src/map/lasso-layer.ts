import { type Camera, type Size, type Spot, toScreen } from "./camera.ts";

/** The loop that is being drawn. */
export function createLassoLayer() {
  const svg = "http://www.w3.org/2000/svg";
  const element = document.createElementNS(svg, "svg");
  element.setAttribute("class", "lasso");
  element.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  element.append(path);
  return {
    element,
    draw(loop: readonly Spot[] | undefined, camera: Camera, size: Size): void {
      const corners = (loop ?? []).map((spot) => toScreen(camera, size, spot));
      path.setAttribute(
        "d",
        corners.map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join(""),
      );
    },
  };
}
