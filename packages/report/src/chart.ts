/** What a picture draws. */

export type Chart = Scatter | Lines | Bars | Histogram | Heatmap | Layers;

/** Points of a plane whose axes mean nothing (t-SNE, UMAP); both axes have one scale. */
export interface Scatter {
  readonly kind: "scatter";
  /** n each. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Names, in the legend's order. */
  readonly groups: readonly string[];
  /** n indices of `groups`; −1 is noise, drawn grey. */
  readonly group: Int32Array;
}

export interface Lines {
  readonly kind: "lines";
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly Line[];
  /** The y axis is logarithmic: values above 0 only. */
  readonly log?: boolean;
}

export interface Line {
  readonly name: string;
  /** Values that are not finite leave a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** For what was published, or is a bound. */
  readonly dashed?: boolean;
}

/** A group of bars for each category, a bar for each series; upright, or lying where the categories' names are long. */
export interface Bars {
  readonly kind: "bars";
  readonly categories: readonly string[];
  readonly valueTitle: string;
  readonly series: readonly BarSeries[];
}

export interface BarSeries {
  readonly name: string;
  /** One for each category; null: no bar. */
  readonly values: readonly (number | null)[];
  /** Half the length of the error bar, for each category. */
  readonly errors?: readonly (number | null)[];
}

export interface Histogram {
  readonly kind: "histogram";
  readonly xTitle: string;
  /** What is counted: "documents". */
  readonly yTitle: string;
  readonly series: readonly { readonly name: string; readonly values: Float32Array | readonly number[] }[];
  /** Equal in width over all series; 30 unless given. */
  readonly bins?: number;
}

/** A table of counts as shades, such as classes by clusters. */
export interface Heatmap {
  readonly kind: "heatmap";
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** counts[row][column]; shaded by share of the row. */
  readonly counts: readonly (readonly number[])[];
}

/** The block diagram of a network, from input to output. */
export interface Layers {
  readonly kind: "layers";
  readonly boxes: readonly LayerBox[];
}

export interface LayerBox {
  readonly name: string;
  readonly units: number;
  /** Under the units, such as "ReLU". */
  readonly note?: string;
  /** Of the layer that makes this box's units; none for the input. */
  readonly parameters?: number;
  /** Filled: the bottleneck. */
  readonly emphasis?: boolean;
}
