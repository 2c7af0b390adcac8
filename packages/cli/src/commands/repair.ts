import { FatalError } from "@eddy/contracts/errors";
import { kafkaSettings } from "@eddy/pipeline/log-settings";
import { layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { type ConfigDefinition, type ConfigOf, setting } from "@eddy/runtime/config";
import { exitCodes } from "@eddy/runtime/exit-code";
import { processSettings } from "@eddy/runtime/process-settings";
import { bool } from "@eddy/runtime/setting-values";
import type { Finding } from "@eddy/streams/repair";
import { stepText } from "@eddy/streams/repair-steps";
import { z } from "zod";
import { defineCommand } from "../command.ts";
import { counted } from "../figures.ts";
import { upSettings } from "../up/settings.ts";

const flag = (env: string, name: string, description: string) =>
  setting(bool(), { env, flag: name, default: "false", description });

const settings = {
  apply: flag("EDDY_REPAIR_APPLY", "--apply", "Do what can be done without loss."),
  skip: flag("EDDY_REPAIR_SKIP", "--skip", "With --apply: also go on over records that are lost. Needs --reason."),
  reason: setting(z.string().trim().min(1).max(500).optional(), {
    env: "EDDY_REPAIR_REASON",
    flag: "--reason <text>",
    example: "disk of broker 2 was lost",
    description: "Why records are given up; it is kept in the model log.",
  }),
  pipeline: layoutSettings.pipeline,
  home: upSettings.home,
  ...kafkaSettings,
  logLevel: processSettings.logLevel,
  json: flag("EDDY_JSON", "--json", "JSON for programs instead of text for people."),
} as const;

export type RepairOptions = ConfigOf<ConfigDefinition<typeof settings>>;

export const repair = defineCommand({
  name: "repair",
  group: "Run:",
  summary: "find and close gaps between the workers",
  description: `Reads what lies between the workers of a pipeline and says where records are missing: after retention took what was not
read, after a tool has set offsets, after a topic was lost. Says what can be done, and with --apply does it: a worker is set back, so that it
writes again what is missing; the chain makes all else that it writes again harmless. What is gone for good only you can give up: --skip. The workers
of the groups that are set back must be stopped. Exits with ${exitCodes.data.code} where something is left to do.`,
  settings,
  examples: [
    "eddy repair",
    "KAFKA_BROKERS=kafka:9092 eddy repair --apply",
    'KAFKA_BROKERS=kafka:9092 eddy repair --apply --skip --reason "disk of broker 2 was lost"',
  ],
  async run({ terminal, options }) {
    const { apply, skip, reason } = options;
    if (skip && (!apply || reason === undefined))
      throw new FatalError("CONFIG_INVALID", "--skip gives records up: it needs --apply and --reason TEXT");
    const { repairPipeline } = await import("../repair-pipeline.ts");
    const { findings, mended } = await repairPipeline(options);
    const left = findings.filter((finding) => !mended.includes(finding));
    if (options.json) {
      const rows = findings.map((finding) => ({ ...toJson(finding), mended: mended.includes(finding) }));
      await terminal.write(`${JSON.stringify(rows)}\n`);
    } else await terminal.write(`${textOf(findings, mended)}\n`);
    return left.length > 0 ? exitCodes.data.code : 0;
  },
});

function toJson({ steps, ...finding }: Finding) {
  return { ...finding, steps: steps.map(stepText) };
}

function textOf(findings: readonly Finding[], mended: readonly Finding[]): string {
  if (findings.length === 0) return "nothing is missing: all records that were emitted are there for their readers";
  const lines = findings.map((finding) => `${mended.includes(finding) ? "mended" : "found"}: ${findingText(finding)}`);
  const left = findings.filter((finding) => !mended.includes(finding));
  if (left.length === 0)
    return [...lines, "Start the workers again; run `eddy repair` once more when they have caught up."].join("\n");
  const needsSkip = left.filter((finding) => finding.needsSkip && finding.blocked === undefined).length;
  const canBe = left.filter((finding) => !finding.needsSkip && finding.blocked === undefined).length;
  return [
    ...lines,
    ...(canBe > 0
      ? [`Stop the workers named above, then \`eddy repair --apply\` does it (${counted(canBe, "finding")}).`]
      : []),
    ...(needsSkip > 0
      ? [
          `Records are lost: \`eddy repair --apply --skip --reason TEXT\` goes on over them (${counted(needsSkip, "finding")}).`,
        ]
      : []),
  ].join("\n");
}

const keptTexts = { all: "still there", some: "there in part", none: "gone" } as const;

function findingText({ problem, missing, kept, needsSkip, blocked, steps }: Finding): string {
  return [
    problem,
    ...(missing && kept ? [`in ${missing.input}/${missing.origin} they are ${keptTexts[kept]}`] : []),
    ...(blocked === undefined
      ? steps.map((step) => `${needsSkip ? "by --skip: " : ""}${stepText(step)}`)
      : [`not now: ${blocked}`]),
  ].join("\n    ");
}
