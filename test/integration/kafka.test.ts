import { describeStreams } from "@eddy/streams/conformance";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { afterAll, describe } from "vitest";
import { kafkaMissing, startKafka } from "../peers/kafka-broker.ts";

const reason = await kafkaMissing();
const kafka = reason === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

describe.skipIf(kafka === undefined)("kafka", () => {
  const open = () =>
    new KafkaStreams({ brokers: kafka!.brokers, clientId: "eddy-test", heartbeatMs: 200, sessionMs: 6_000 });

  describeStreams("Kafka", async () => {
    let streams = open();
    return {
      streams,
      async reopen() {
        await streams.close();
        streams = open();
        return streams;
      },
      stop: () => streams.close(),
    };
  });
});
