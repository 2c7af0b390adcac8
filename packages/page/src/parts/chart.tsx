import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { isDark } from "../state/theme.ts";

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly colour: string;
}

const HEIGHT = 190;

/** Lines over time, with axes and what they are at the pointer. `label` says in words what is shown. */
export function Chart({
  label,
  at,
  lines,
  format,
}: {
  label: string;
  /** Unix time in seconds. */
  at: readonly number[];
  lines: readonly Line[];
  format: (value: number) => string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const dark = isDark.value;
  const shape = lines.map(({ label, colour }) => `${label} ${colour}`).join();

  useEffect(() => {
    const parent = box.current!;
    const ink = getComputedStyle(parent).getPropertyValue("--soft").trim();
    const grid = getComputedStyle(parent).getPropertyValue("--line").trim();
    const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const made = new uPlot(
      {
        width: parent.clientWidth,
        height: HEIGHT,
        cursor: { drag: { x: false, y: false } },
        legend: { live: true },
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, (high ?? 1) * 1.08)] } },
        axes: [
          { ...axis, values: (_plot, ticks) => ticks.map(clockOf) },
          { ...axis, size: 52, values: (_plot, ticks) => ticks.map(format) },
        ],
        series: [
          { label: "at", value: (_plot: uPlot, seconds: number | null) => (seconds === null ? "–" : clockOf(seconds)) },
          ...lines.map(({ label, colour }) => ({
            label,
            stroke: colour,
            width: 1.8,
            points: { show: false },
            value: (_plot: uPlot, value: number | null) => (value === null ? "–" : format(value)),
          })),
        ],
      },
      dataOf(at, lines),
      parent,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: HEIGHT }));
    watch.observe(parent);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [dark, shape]);

  useEffect(() => plot.current?.setData(dataOf(at, lines)), [at, lines]);

  return <div class="chart" ref={box} role="img" aria-label={label} />;
}

function dataOf(at: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [[...at], ...lines.map(({ values }) => [...values])];
}

/** The reader's own time of day. */
function clockOf(seconds: number): string {
  const text = new Date(seconds * 1_000).toTimeString().slice(0, 8);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}
