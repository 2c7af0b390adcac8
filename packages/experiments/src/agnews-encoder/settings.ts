import type { AutoencoderLayout } from "@eddy/deep/layers";

export const K = 4;

/** Its input is MiniLM's vector; other features have other widths. */
export const PUBLISHED_WIDTH = 384;

/** The write-up's encoder: one hidden layer of 128 with ReLU, a code of 64. */
export const layoutOf = (width: number): AutoencoderLayout => ({ sizes: [width, 128, 64] });
export const CODE = 64;

/** Ours: the write-up never says how its encoder is trained. */
export const training = { batchSize: 64, adam: { learningRate: 1e-3 } } as const;
export const EPOCHS = 20;
const QUICK_EPOCHS = 8;
export const epochsOf = ({ quick }: { readonly quick: boolean }): number => (quick ? QUICK_EPOCHS : EPOCHS);

/** Rows that the expected figures were measured on. */
export const SMALLER = 5_000;
