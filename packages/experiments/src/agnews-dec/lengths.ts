/** Documents by their number of words. */
export interface LengthClass {
  readonly name: string;
  readonly from: number;
  /** Exclusive. */
  readonly below: number;
}

/** "Short articles (<15 words)" is the write-up's own bound; the others are as wide. */
export const lengthClasses: readonly LengthClass[] = [
  { name: "under 15", from: 0, below: 15 },
  { name: "15 to 29", from: 15, below: 30 },
  { name: "30 to 44", from: 30, below: 45 },
  { name: "45 to 59", from: 45, below: 60 },
  { name: "60 and more", from: 60, below: Number.POSITIVE_INFINITY },
];

export interface LengthShare {
  readonly documents: number;
  /** Of these, those whose label is their cluster's; NaN where there are none. */
  readonly right: number;
}

/** For each length class: how many, and the share that is right. */
export function rightByLength(words: readonly number[], right: readonly boolean[]): readonly LengthShare[] {
  return lengthClasses.map(({ from, below }) => {
    const rows = words.flatMap((count, row) => (count >= from && count < below ? [row] : []));
    return { documents: rows.length, right: rows.filter((row) => right[row]).length / rows.length };
  });
}
