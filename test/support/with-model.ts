import type { ModelState } from "@eddy/clustering/state";
import type { Topics } from "@eddy/contracts/topics";
import { whileFollowing } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import type { Streams } from "@eddy/streams/port";

/** Runs `work` on the model of a log, as a new process would fold it. */
export function withModel<T>(streams: Streams, topics: Topics, work: (state: ModelState) => Promise<T>): Promise<T> {
  const { replica } = openModel({ streams, topics, clock: { now: () => 0, sleep: async () => {} } });
  return whileFollowing(replica, () => work(replica.state));
}
