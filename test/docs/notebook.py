# What a user of BERTopic has in a notebook: texts, an embedding of each, and the topics that BERTopic gave.
import csv

import numpy as np

with open("docs/examples/mailbox.csv") as file:
    rows = list(csv.DictReader(file))
docs = [row["message"] for row in rows]
departments = sorted({row["department"] for row in rows})
topics = [departments.index(row["department"]) for row in rows]
random = np.random.default_rng(7)
centres = random.normal(size=(len(departments), 384))
embeddings = np.array([centres[topic] + random.normal(size=384) for topic in topics])
