"""The same with kafka-python."""

import json

from kafka import KafkaProducer

producer = KafkaProducer(
    bootstrap_servers="localhost:9092",
    acks="all",
    key_serializer=str.encode,
    value_serializer=lambda document: json.dumps(document).encode(),
)
for n in range(20):
    producer.send("eddy.documents.v1", key=f"more-{n}", value={"text": f"The train to Ghent was {n} minutes late."})
producer.flush()
print("delivered")
