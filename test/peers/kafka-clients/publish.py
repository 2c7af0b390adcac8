"""Publishes what comes by standard input, as people would: JSON lines of key, value and headers; null stays null."""

import json
import sys

from confluent_kafka import Producer

brokers, topic = sys.argv[1:]
producer = Producer({"bootstrap.servers": brokers, "acks": "all", "compression.type": "zstd"})
failures = []


def delivered(error, _message):
    if error is not None:
        failures.append(error)


def encoded(text):
    return None if text is None else text.encode()


for line in sys.stdin:
    message = json.loads(line)
    headers = [(name, encoded(value)) for name, value in message["headers"].items()]
    producer.produce(
        topic, key=encoded(message["key"]), value=encoded(message["value"]), headers=headers, on_delivery=delivered
    )
    producer.poll(0)

if producer.flush(60) > 0 or failures:
    sys.exit(f"not delivered: {failures}")
