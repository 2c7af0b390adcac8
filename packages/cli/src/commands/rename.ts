import type { ClusterView } from "@eddy/contracts/api/cluster";
import { oneLine } from "@eddy/report/display-width";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { clusterArgument } from "./show.ts";

export const rename = defineCommand({
  name: "rename",
  group: "Clusters:",
  summary: "give a cluster a name",
  description:
    'Gives a cluster a name, at most 200 characters; "" takes it back. The cluster keeps it for as long as it lives, and its id always.',
  parameters: [
    { syntax: "<cluster>", description: "c3, or 3" },
    { syntax: "<name>", description: "in quotes where it has spaces" },
  ],
  settings: querySettings,
  examples: ['eddy rename c3 "Oil and markets"', 'eddy rename c3 ""'],
  async run({ terminal, args, options }) {
    const path = `/v1/clusters/${clusterArgument(args[0]!)}/name`;
    const body = JSON.stringify({ name: args[1]! });
    const answer = await createApi(options).json<ClusterView>(path, { method: "PUT", body });
    const told = oneLine(`${answer.cluster_id} ${answer.name ? `is called ${answer.name}` : "has no name"}`);
    await terminal.write(`${options.json ? JSON.stringify(answer) : told}\n`);
    return undefined;
  },
});
