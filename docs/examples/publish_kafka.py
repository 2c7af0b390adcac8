"""Publishes into the topic with confluent-kafka."""

import json
import sys

from confluent_kafka import Producer

TOPIC = "eddy.documents.v1"
producer = Producer({"bootstrap.servers": "localhost:9092", "acks": "all"})
failures = []


def delivered(error, message):
    if error is not None:
        failures.append(f"{message.key()}: {error}")


def send(document_id, value):
    """The id is the key, so that all versions of a document keep their order."""
    producer.produce(TOPIC, key=document_id, value=value, on_delivery=delivered)
    producer.poll(0)


send("kafka-1", json.dumps({"text": "Shares fell as oil prices rose.", "source": "kafka"}))
send("kafka-2", json.dumps({"text": "The goalkeeper saved two penalties."}))
send("kafka-3", "Plain text is a document, too.")
send("kafka-4", '{"text": "half a document')  # what can't be read goes to the dead letters
send("kafka-2", None)  # no value: deleted

if producer.flush(30) > 0 or failures:
    sys.exit(f"not delivered: {failures}")
print("delivered")
