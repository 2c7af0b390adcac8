"""Trains the autoencoders of training.mjs with PyTorch: one line of JSON in ({sizes, rows, steps, threads}), one out.

The first request for a net warms it up as well. Times are milliseconds a step, wall and of the processor.
"""

import json
import sys
import time

import torch

nets = {}


def build(sizes):
    middle, last = len(sizes) // 2 - 1, len(sizes) - 2
    layers = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers.append(torch.nn.Linear(inputs, outputs))
        if index not in (middle, last):
            layers.append(torch.nn.ReLU())
    net = torch.nn.Sequential(*layers)
    return net, torch.optim.Adam(net.parameters(), lr=1e-3)


def train(net, adam, batches):
    for x in batches:
        adam.zero_grad()
        loss = torch.nn.functional.mse_loss(net(x), x)
        loss.backward()
        adam.step()
    return loss.item()


for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    sizes = request["sizes"]
    batches = torch.rand(request["steps"], request["rows"], sizes[0])
    if str(sizes) not in nets:
        nets[str(sizes)] = build(sizes)
        train(*nets[str(sizes)], batches)
    wall, cpu = time.perf_counter(), time.process_time()
    loss = train(*nets[str(sizes)], batches)
    scale = 1000 / request["steps"]
    answer = {
        "wall": (time.perf_counter() - wall) * scale,
        "cpu": (time.process_time() - cpu) * scale,
        "loss": loss,
        "torch": torch.__version__,
    }
    print(json.dumps(answer), flush=True)
