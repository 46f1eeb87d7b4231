"""Training steps of the models of bench/Isthmus.Benchmarks in PyTorch, in turns with Isthmus; the ratio of medians.

    python3 bench/pytorch.py --models mlp,wide --batch 128 --threads 1 --isthmus "dotnet run -c Release --project bench/Isthmus.Benchmarks --"

Where this Python has no PyTorch, another that has it is looked for (Debian's is /usr/bin/python3); without any it says so and ends. Nothing in Isthmus needs it.
"""
import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    # Once only: the Python that is started here must not look for another.
    if "ISTHMUS_BENCH_PYTHON" not in os.environ:
        for python in dict.fromkeys(filter(None, map(shutil.which, ["/usr/bin/python3", "/usr/local/bin/python3", "python3", "python"]))):
            if subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL).returncode == 0:
                os.execve(python, [python, *sys.argv], {**os.environ, "ISTHMUS_BENCH_PYTHON": python})
    sys.exit("PyTorch is not installed (python3 -c 'import torch' fails for every python3 here): nothing to compare with.")


class Vae(nn.Module):
    def __init__(self, encoder, decoder, width, latent, binary):
        super().__init__()
        self.encoder, self.decoder, self.binary = encoder, decoder, binary
        self.mean, self.log_variance = nn.Linear(width, latent), nn.Linear(width, latent)

    def loss(self, x):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        output = self.decoder(z)
        kl = -0.5 * (1 + log_variance - mean.pow(2) - log_variance.exp()).sum()
        if self.binary:
            return nn.functional.binary_cross_entropy_with_logits(output, x, reduction="sum") + kl
        return 50 * nn.functional.mse_loss(output.sigmoid(), x, reduction="sum") + kl


def mlp(hidden, latent):
    widths = [784, *hidden]
    down = [layer for a, b in zip(widths, widths[1:]) for layer in (nn.Linear(a, b), nn.ReLU())]
    back = [latent, *reversed(hidden), 784]
    up = [layer for a, b in zip(back, back[1:]) for layer in (nn.Linear(a, b), nn.ReLU())][:-1]
    return Vae(nn.Sequential(*down), nn.Sequential(*up), hidden[-1], latent, True), 784, True


def convolutional(side, image_channels, channels, dense=256, latent=40):
    binary, sides = image_channels == 1, [side]
    for _ in channels:
        sides.append((sides[-1] + 1) // 2)
    grid = channels[-1] * sides[-1] ** 2
    down = [nn.Unflatten(1, (image_channels, side, side))]
    for a, b in zip([image_channels, *channels], channels):
        down += [nn.Conv2d(a, b, 3, stride=2, padding=1), nn.SiLU()]
    up = [nn.Linear(latent, dense), nn.SiLU(), nn.Linear(dense, grid), nn.SiLU(), nn.Unflatten(1, (channels[-1], sides[-1], sides[-1]))]
    for i in reversed(range(len(channels))):
        up += [nn.ConvTranspose2d(channels[i], channels[0] // 2 if i == 0 else channels[i - 1], 4, stride=2, padding=1), nn.SiLU()]
    up += [nn.Conv2d(channels[0] // 2, image_channels, 3, padding=1), nn.Flatten()]
    down += [nn.Flatten(), nn.Linear(grid, dense), nn.SiLU()]
    return Vae(nn.Sequential(*down), nn.Sequential(*up), dense, latent, binary), side * side * image_channels, binary


MODELS = {
    "mlp": lambda: mlp([400], 20),
    "wide": lambda: mlp([1024, 1024], 64),
    "conv28": lambda: convolutional(28, 1, [32, 64]),
    "conv32": lambda: convolutional(32, 3, [32, 64, 128]),
}


def steps(model, dimension, binary, batch, seconds):
    """Milliseconds of each step."""
    records = torch.rand(4096, dimension)
    records = (records > 0.5).float() if binary else records
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    times, began = [], time.perf_counter()
    while time.perf_counter() - began < seconds or len(times) < 15:
        start = time.perf_counter()
        x = records[torch.randint(0, 4096, (batch,))]
        optimizer.zero_grad()
        model.loss(x).backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - start))
    return times[10:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default="mlp", help="of " + ", ".join(MODELS))
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2, help="a turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--isthmus", default="dotnet run -c Release --project bench/Isthmus.Benchmarks --", help="the program to take turns with")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    for name in given.models.split(","):
        if name not in MODELS:
            sys.exit(f"Unknown model '{name}'; known are {', '.join(MODELS)}.")
        torch.manual_seed(1)
        model, dimension, binary = MODELS[name]()
        theirs, ours = [], []
        for _ in range(given.turns):
            theirs += steps(model, dimension, binary, given.batch, given.seconds)
            command = [*shlex.split(given.isthmus), "train", "--models", name, "--batch", str(given.batch), "--threads", str(given.threads), "--seconds", str(given.seconds), "--json"]
            ours.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["training"][0]["isthmus_milliseconds"])
        slow, fast = statistics.median(theirs), statistics.median(ours)
        print(f"{name:7} batch {given.batch:4}, {given.threads} threads: PyTorch {torch.__version__} {slow:.2f} ms, Isthmus {fast:.2f} ms, ratio {slow / fast:.2f}")


main()
