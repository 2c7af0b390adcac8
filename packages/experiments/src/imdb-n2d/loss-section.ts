import type { Line } from "@eddy/report/chart";
import type { Cell, Picture, Row, Section } from "@eddy/report/report";
import { choice, limit, prose, table, wrong } from "../frame/blocks.ts";
import { figureOf } from "../frame/scores.ts";
import { BATCH, CODE } from "./network.ts";
import { published } from "./published.ts";
import { bestErrors, meanCurve, type Training } from "./training.ts";

export interface Trainings {
  readonly last: Training;
  readonly top: Training;
  readonly all: Training;
}

const { trainLoss, validationLoss } = published;
const LOSS_DIGITS = 4;

export function lossSection({ last, top, all }: Trainings): Section {
  const trained = [last, top, all].filter(({ nets }) => nets.length > 0);
  return {
    title: "The loss",
    blocks: [
      lossTable([last, top, all]),
      prose(nearest([last, top, all])),
      wrong(
        'It says that with max_features "there will be no need for pad_sequences", but the summary that it prints has 500 inputs, not 5,000. The call that it leaves as a comment, pad_sequences(maxlen = 500), keeps the last 500 numbers of a row: of counts these are the last 500 words of the alphabet.',
      ),
      ...trained.map((training) => curvePicture(training, training === last)),
      ...(all.nets.length === 0
        ? [
            limit(
              `Training on all 5,000 counts takes half an hour or more and is left out unless asked for (--full). What PCA to ${CODE} numbers leaves of them is in the table: what can be had without a network.`,
            ),
          ]
        : []),
      choice(
        `Trained as Keras does where nothing else is said: Glorot's uniform weights, Adam at 0.001 with ε = 1e-7, a new order each epoch; batches of ${BATCH}, ${last.nets[0]!.curve.length} epochs. The epoch of the least validation error is told, and what comes after is what the write-up used: the last.`,
      ),
    ],
  };
}

function lossTable(trainings: readonly Training[]) {
  const columns = [
    "input",
    "inputs",
    "train, first epoch",
    "train, last",
    "validation, first epoch",
    "validation, best",
    "validation, last",
    `PCA to ${CODE}`,
    "mean alone",
  ];
  const { first, last } = validationLoss;
  const theirs: Row["cells"] = ["published", null, trainLoss.first, trainLoss.last, first, null, last, null, null].map(
    (cell) => (typeof cell === "number" ? { mean: cell, digits: LOSS_DIGITS } : cell),
  );
  const ours = trainings.map((training, at): Row => ({ cells: lossCells(training), emphasis: at === 0 }));
  const seeds = trainings.map(({ nets }) => nets.length).join(", ");
  return table(
    "Mean squared error a value",
    columns,
    [theirs, ...ours],
    `Mean ± standard deviation over seeds (${seeds} of them). PCA to ${CODE} numbers, fitted on the train half, and the mean of the train half for every review are bounds without a network, on the validation reviews.`,
  );
}

function lossCells(training: Training): Cell[] {
  const { reading, nets, plane } = training;
  const ofEach = (values: readonly number[]) => (values.length > 0 ? figureOf(values, LOSS_DIGITS) : null);
  return [
    reading.title,
    { mean: reading.train.width, digits: 0 },
    ofEach(nets.map(({ curve }) => curve[0]!.error)),
    ofEach(nets.map(({ curve }) => curve.at(-1)!.error)),
    ofEach(nets.map(({ curve }) => curve[0]!.validation!)),
    ofEach(bestErrors(training)),
    ofEach(nets.map(({ curve }) => curve.at(-1)!.validation!)),
    { mean: plane.validation, digits: LOSS_DIGITS },
    { mean: plane.meanAlone, digits: LOSS_DIGITS },
  ];
}

/** Which reading its figure is of. */
function nearest(trainings: readonly Training[]): string {
  const errors = trainings.map(({ reading, nets, plane }) => {
    const curve = nets[0]?.curve.at(-1)?.validation;
    return { title: reading.title, error: curve ?? plane.validation, how: curve ? "the network" : "PCA alone" };
  });
  const ratio = (error: number) => Math.max(error / validationLoss.last, validationLoss.last / error);
  const [closest] = errors.toSorted((a, b) => ratio(a.error) - ratio(b.error));
  const list = errors.map(({ title, error, how }) => `${title}: ${error.toFixed(LOSS_DIGITS)} (${how})`).join("; ");
  const verdict =
    closest === errors[0]
      ? "Its figures fit the last 500 of the alphabet, and that is what follows"
      : `In this run the ${closest!.title} come nearest; what follows is of the last 500 of the alphabet all the same, whose summary it prints`;
  return `Its validation error ends at ${validationLoss.last}. Here: ${list}. ${verdict}.`;
}

function curvePicture(training: Training, withPublished: boolean): Picture {
  const { reading, plane, nets } = training;
  const epochs = nets[0]!.curve.length;
  const across = (name: string, first: number, last: number): Line => ({
    ...{ name, dashed: true },
    points: [
      [1, first],
      [Math.max(2, epochs), last],
    ],
  });
  const series: readonly Line[] = [
    { name: "train", points: meanCurve(training, "error") },
    { name: "validation", points: meanCurve(training, "validation") },
    across(`validation, PCA to ${CODE}`, plane.validation, plane.validation),
    ...(withPublished
      ? [
          across("train, published", trainLoss.first, trainLoss.last),
          across("validation, published", validationLoss.first, validationLoss.last),
        ]
      : []),
  ];
  return {
    kind: "picture",
    name: `loss-${reading.name}`,
    title: `Loss on the ${reading.title}`,
    caption: `Mean squared error a value by epoch, mean over ${nets.length} ${nets.length === 1 ? "seed" : "seeds"}.${withPublished ? " The write-up prints its first epoch and its last: the dashes between are ours." : ""}`,
    alt: `Two falling curves, of the train half and of the validation reviews, over ${epochs} epochs.`,
    chart: { kind: "lines", xTitle: "epoch", yTitle: "mean squared error", series },
  };
}
