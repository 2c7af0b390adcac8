/** What the write-up prints. */
export const published = {
  articles: 120_000,
  sample: 5_000,
  classes: 4,
  averageWords: 43,
  silhouette: 0.52,
  purity: 0.78,
  tfidfSilhouette: 0.38,
  /** The total that goes with its layers; its own formula gives another. */
  parameters: 279_616,
} as const;

/** Of its input, MiniLM's: the width that its layers are printed for. */
export const PUBLISHED_WIDTH = 384;
