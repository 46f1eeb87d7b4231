"""Oracle values for the model parts: losses and gradients of small autoencoders, written independently in PyTorch.

Run (Debian 12 has the version that made the committed file, PyTorch 1.13, as python3-torch):

    /usr/bin/python3 bench/oracle/models.py > tests/golden/oracle/models.json

Everything is float64 and follows the literature through torch.distributions wherever that has the distribution. No
random number is drawn: weights, records and noise come from `formula`, which the C# test (ModelOracleTests.cs)
computes too, so the file holds results only.

Conventions that both sides must share, because the literature leaves them open:
  - the decoder gives P numbers for each of D: all D of the first parameter, then all D of the second;
  - pixels divided by their highest level; a Gaussian's mean on pixels passes a sigmoid, on vectors it does not;
  - a predicted log sigma is ln(sigma setting) + output; log sigma is never below -7;
  - the discretised logistic's mean is 1/2 + first output, its log scale is max(-7, second output - 2), capped at 7;
  - a mixture's K logits come first, then K means, then K log scales; mean k is k / (K - 1) + output (1/2 for K = 1);
  - a local context sees its window in raster order, of each place all channels, then the channels before it at its own
    place, then the features, F of each channel; the weights are likelihood.hidden.* and likelihood.output.*;
  - the Gaussian code's encoder gives L means, then L log variances;
  - a normalisation of topics' heads or words standardises over the batch (1e-5 under the root), its scale held at the
    formula's values;
  - a gated layer computes a * sigmoid(b) from a linear map to [a, b];
  - the composite prior's earlier encoder is like the encoder, its parameters named bottleneck.earlier.*, and its rate is
    taken at the mean code.
  - a prior without a closed divergence charges ln q(z|x) - ln p(z) at the draw;
  - a flow's step gives shift and log scale s of each place side by side, s being 3 tanh(output / 3), turns the order of the
    places round after it, and its masked network's hidden unit u has degree u mod L (it sees the places below its degree);
  - an inverse autoregressive posterior's head is L means, L log variances, the context; a full covariance's is L means, L log
    variances v, then the lower triangle row by row in units of exp(v / 2) of its row;
  - a low-rank posterior's head is L means, L log variances v, A row by row; its covariance is S (I + A A') S with S = exp(v / 2), and
    a draw is mean + S B e, where B is the product, for the columns a of A in turn, of the symmetric roots of I + c c', c = a by the
    inverse of the product so far;
  - a batch-normalised posterior's means are g (m - batch mean) / sqrt(batch variance + 1e-5) + shift;
  - a minimum-rate posterior's log variances are ln s - softplus(-v), s < 1 with L (s - 1 - ln s) / 2 = the minimum;
  - a ladder's code holds its levels side by side, the lowest first, and of latent 7 in 3 levels 4, 2, 1 numbers;
  - a dictionary's head is W (x - b) + c, its mean D z + b, D the decoder's weight with columns divided by their lengths;
  - its units are on where their code is above 0; those that no record of the batch has on are dead here (dead-after is 1), and
    the loss holds aux-weight / 2 |e - e'|^2 |x|^2 / (|e|^2 + |x|^2 / 10^6), squares being means over the batch, e what the code
    leaves (held), e' = D z' of the largest heads of dead units, below 0 too;
  - a gated code's magnitude is exp(r) head + s; its loss holds |x - D' max(0, head) - b'|^2 / 2, D' and b' held;
  - a batch's stratified weights in the aggregated posterior are 1/N for the record itself and (N - 1) / (N (M - 1)) for
    each other one; N = M here.
"""
import json
import math
import sys
from collections import OrderedDict

import torch
from torch import nn
from torch.distributions import Bernoulli, Categorical, Independent, LowRankMultivariateNormal, MixtureSameFamily, Multinomial, MultivariateNormal, Normal, kl_divergence

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

RECORDS = 5


def formula(name, count):
    """sin(0.61 i^2 + the sum of the name's character codes), i = 1 .. count: no two rows of a matrix are alike."""
    phase = sum(ord(c) for c in name)
    return torch.tensor([math.sin(0.61 * (i * i) + phase) for i in range(1, count + 1)])


def records(schema):
    """Real numbers as they come; pixels as whole levels, the two ends among them."""
    if "items" in schema:
        return (3 * formula("records", RECORDS * schema["items"]).abs()).floor().view(RECORDS, -1)
    if "columns" in schema:
        return formula("records", RECORDS * schema["columns"]).view(RECORDS, -1)
    count = RECORDS * schema["channels"] * schema["height"] * schema["width"]
    if schema["levels"] == 2:
        return (formula("records", count) > 0).double().view(RECORDS, -1)
    return (127.5 + 200 * formula("records", count)).round().clamp(0, 255).view(RECORDS, -1) / 255


class Gated(nn.Module):
    def forward(self, x):
        a, b = x.split(x.shape[1] // 2, dim=1)
        return a / (1 + torch.exp(-b))


ACTIVATIONS = {"gated": Gated, "relu": nn.ReLU, "tanh": nn.Tanh, "silu": nn.SiLU, "elu": nn.ELU, "gelu": nn.GELU}


def dense_layers(widths, outputs, activation, norm):
    layers = OrderedDict()
    for i in range(1, len(widths)):
        units = widths[i] * (2 if activation == "gated" else 1)
        layers[f"linear{i}"] = nn.Linear(widths[i - 1], units)
        if norm == "batch":
            layers[f"norm{i}"] = nn.BatchNorm1d(units)
        if norm == "layer":
            layers[f"norm{i}"] = nn.LayerNorm(units)
        layers[f"activation{i}"] = ACTIVATIONS[activation]()
    layers["output"] = nn.Linear(widths[-1], outputs)
    return nn.Sequential(layers)


class UnitLength(nn.Module):
    def forward(self, x):
        return x / x.norm(dim=1, keepdim=True)


class DenselyConnected(nn.Module):
    """RecVAE's encoder as its authors describe it: every layer sees the sum of all before it."""

    def __init__(self, inputs, width, depth, outputs):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inputs if i == 0 else width, width) for i in range(depth)])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth)])
        self.output = nn.Linear(width, outputs)

    def forward(self, x):
        before, h = [], x / x.norm(dim=1, keepdim=True)
        for layer, norm in zip(self.layers, self.norms):
            a = layer(h) + sum(before)
            h = norm(a * torch.sigmoid(a))
            before.append(h)
        return self.output(h)


class Documents(nn.Module):
    """Layers over counts seen as they are, as ln(1 + n) or as shares; a document without words has the head 0."""

    def __init__(self, counts, layers, norm):
        super().__init__()
        self.counts, self.layers, self.norm = counts, layers, norm

    def forward(self, x):
        words = x.sum(1, keepdim=True)
        head = self.layers({"as-is": x, "log": torch.log1p(x), "share": x / words.clamp(min=1)}[self.counts])
        return (head if self.norm is None else self.norm(head)) * (words > 0)


class TopicsOfWords(nn.Module):
    """W z + b; the standardised W theta + b; or ln(theta beta), theta = softmax(s z) with s^2 = (1 - 1/K) / dirichlet."""

    def __init__(self, kind, topics, words, dirichlet, embedding):
        super().__init__()
        self.kind, self.scale = kind, math.sqrt((1 - 1 / topics) / dirichlet)
        if kind == "embedded":
            self.word_embeddings = nn.Parameter(torch.zeros(words, embedding))
            self.topic_embeddings = nn.Parameter(torch.zeros(topics, embedding))
        else:
            self.words = nn.Linear(topics, words)
        if kind == "product":
            self.norm = held_scale(words)

    def forward(self, z):
        if self.kind == "linear":
            return self.words(z)
        proportions = torch.softmax(self.scale * z, dim=1)
        if self.kind == "product":
            return self.norm(self.words(proportions))
        # 1e-10 keeps the logarithm finite.
        return torch.log(proportions @ torch.softmax(self.topic_embeddings @ self.word_embeddings.t(), dim=1) + 1e-10)


def held_scale(units):
    norm = nn.BatchNorm1d(units)
    norm.weight.requires_grad = False
    return norm


class DictionaryDecoder(nn.Module):
    def __init__(self, latent, d):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(d, latent)), nn.Parameter(torch.zeros(d))

    def columns(self):
        return self.weight / self.weight.pow(2).sum(0).sqrt()

    def forward(self, z):
        return z @ self.columns().T + self.bias


class DictionaryEncoder(nn.Module):
    def __init__(self, d, head, decoder):
        super().__init__()
        # A list hides the decoder's parameters from this module's.
        self.linear, self.decoder = nn.Linear(d, head), [decoder]

    def forward(self, x):
        return self.linear(x - self.decoder[0].bias)


class JumpRelu(torch.autograd.Function):
    """h H(h - t) and H(h - t), with Rajamanoharan et al.'s pseudo-derivatives in t."""

    @staticmethod
    def forward(ctx, head, threshold, width):
        ctx.save_for_backward(head, threshold)
        ctx.width = width
        on = (head > threshold).double()
        return head * on, on

    @staticmethod
    def backward(ctx, of_code, of_step):
        head, threshold = ctx.saved_tensors
        inside = (((head - threshold) / ctx.width).abs() <= 0.5).double() / ctx.width
        return of_code * (head > threshold), -(inside * (threshold * of_code + of_step)).sum(0), None


def dictionary(case, x, head, decoder, parameters):
    """The code, the charge by unit, and what the loss holds besides."""
    settings, kind = case["settings"], case["settings"]["bottleneck"]
    charge, extra = torch.zeros_like(head), 0.0
    if kind == "auxiliary-top-k":
        kept = head.topk(int(settings["k"]), dim=1).indices
        z = head.relu() * torch.zeros_like(head).scatter(1, kept, 1.0)
    if kind == "batch-top-k":
        least = head.flatten().sort(descending=True).values[head.shape[0] * int(settings["k"]) - 1]
        z = head.relu() * (head >= least)
    if kind == "jump-relu":
        z, on = JumpRelu.apply(head, parameters["bottleneck.log_threshold"].exp(), float(settings["bandwidth"]))
        charge = float(settings["l0-weight"]) * on
    if kind == "gated":
        z = (head > 0) * (parameters["bottleneck.log_scale"].exp() * head + parameters["bottleneck.shift"]).relu()
        charge = float(settings["gate-weight"]) * head.relu()
        extra = (x - head.relu() @ decoder.columns().detach().T - decoder.bias.detach()).pow(2).sum(1).mean() / 2
    dead = ~(z > 0).any(0)
    if not dead.any():
        return z, charge, extra
    among = torch.where(dead, head, torch.tensor(-math.inf))
    chosen = among.topk(min(x.shape[1] // 2, int(dead.sum())), dim=1)
    revived = torch.zeros_like(head).scatter(1, chosen.indices, chosen.values)
    left = (x - decoder(z)).detach()
    scale = x.pow(2).sum() / (left.pow(2).sum() + 1e-6 * x.pow(2).sum())
    extra = extra + float(settings["aux-weight"]) / 2 * scale * (left - revived @ decoder.columns().T).pow(2).sum(1).mean()
    return z, charge, extra


class CroppedDoubling(nn.Module):
    def __init__(self, inputs, outputs, height, width):
        super().__init__()
        self.conv = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)
        self.height, self.width = height, width

    def forward(self, x):
        return self.conv(x)[:, :, : self.height, : self.width]


class Residual(nn.Module):
    def __init__(self, channels, act):
        super().__init__()
        self.branch = nn.Sequential(act(), nn.Conv2d(channels, channels, 3, padding=1), act(), nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x):
        return x + self.branch(x)


def conv_pair(schema, settings, head, latent, per_dimension):
    """Halvings by 3 x 3 convolutions of stride 2, one dense layer; the decoder mirrors it and crops."""
    act = ACTIVATIONS[settings.get("conv-activation", "silu")]
    dense = int(settings.get("dense", 256))
    residual = int(settings.get("residual", 0))
    sizes = [(schema["channels"], schema["height"], schema["width"])]
    if settings.get("channels"):
        for channels in map(int, settings["channels"].split(",")):
            sizes.append((channels, math.ceil(sizes[-1][1] / 2), math.ceil(sizes[-1][2] / 2)))
    else:
        channels = 32
        while min(sizes[-1][1:]) > 7:
            sizes.append((channels, math.ceil(sizes[-1][1] / 2), math.ceil(sizes[-1][2] / 2)))
            channels = min(128, 2 * channels)
    encoder, decoder = OrderedDict(), OrderedDict()
    encoder["image"] = nn.Unflatten(1, sizes[0])
    for i in range(1, len(sizes)):
        encoder[f"conv{i}"] = nn.Conv2d(sizes[i - 1][0], sizes[i][0], 3, stride=2, padding=1)
        encoder[f"activation{i}"] = act()
        for r in range(1, residual + 1):
            encoder[f"residual{i}_{r}"] = Residual(sizes[i][0], act)
    flat = sizes[-1][0] * sizes[-1][1] * sizes[-1][2]
    encoder["flatten"] = nn.Flatten()
    encoder["dense"] = nn.Linear(flat, dense)
    encoder["activation"] = act()
    encoder["output"] = nn.Linear(dense, head)
    decoder["dense"] = nn.Linear(latent, dense)
    decoder["dense_activation"] = act()
    decoder["grid"] = nn.Linear(dense, flat)
    decoder["grid_activation"] = act()
    decoder["image"] = nn.Unflatten(1, sizes[-1])
    for i in range(len(sizes) - 1, 0, -1):
        for r in range(1, residual + 1):
            decoder[f"residual{i}_{r}"] = Residual(sizes[i][0], act)
        outputs = max(sizes[1][0] // 2, 16) if i == 1 else sizes[i - 1][0]
        decoder[f"conv{i}"] = CroppedDoubling(sizes[i][0], outputs, sizes[i - 1][1], sizes[i - 1][2])
        decoder[f"activation{i}"] = act()
    decoder["output"] = nn.Conv2d(outputs, per_dimension * schema["channels"], 3, padding=1)
    decoder["flatten"] = nn.Flatten()
    return nn.Sequential(encoder), nn.Sequential(decoder)


def discretised_logistic(x, mean, output):
    """ln of the mass of level x, by float64's plain difference of two distribution functions."""
    scale = (output - 2).clamp(-7, 7).exp()

    def cdf(edge):
        return torch.sigmoid((edge - mean) / scale)

    # The lowest bin reaches to minus infinity, the highest to plus infinity. float64 leaves the plain difference
    # of two distribution functions enough digits for the moderate parameters here.
    below = torch.where(x == 0, torch.zeros_like(mean), cdf(x - 0.5 / 255))
    above = torch.where(x == 1, torch.ones_like(mean), cdf(x + 0.5 / 255))
    return (above - below).log()


def mixture(settings, x, out):
    """out: N x (3 K) x D, or one D at a time."""
    k = int(settings.get("components", 3))
    logits, means, scales = out.split(k, dim=1)
    first = torch.tensor([i / (k - 1) if k > 1 else 0.5 for i in range(k)]).view(1, k, 1)
    return (torch.log_softmax(logits, dim=1) + discretised_logistic(x.unsqueeze(1).expand_as(means), means + first, scales)).logsumexp(1)


def local_context(case, x, out, parameters):
    """One pixel at a time, as the sum says it."""
    schema, settings = case["schema"], case["settings"]
    channels, height, width = schema["channels"], schema["height"], schema["width"]
    reach, hidden = int(settings["reach"]), int(settings["context-hidden"])
    n = x.shape[0]
    image = x.view(n, channels, height, width)
    features = out.view(n, -1, channels, height, width)
    weight, bias = parameters["likelihood.hidden.weight"], parameters["likelihood.hidden.bias"]
    out_weight, out_bias = parameters["likelihood.output.weight"], parameters["likelihood.output.bias"]
    per_pixel = out_weight.shape[0] // channels
    total = torch.zeros(n)
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                seen = []
                for di in range(-reach, 1):
                    for dj in range(-reach, reach + 1 if di < 0 else 0):
                        inside = 0 <= i + di and 0 <= j + dj < width
                        seen += [image[:, k, i + di, j + dj] if inside else torch.zeros(n) for k in range(channels)]
                seen += [image[:, k, i, j] if k < c else torch.zeros(n) for k in range(channels - 1)]
                seen += [features[:, f, k, i, j] for f in range(features.shape[1]) for k in range(channels)]
                rows, outputs = slice(c * hidden, (c + 1) * hidden), slice(c * per_pixel, (c + 1) * per_pixel)
                h = torch.relu(torch.stack(seen, 1) @ weight[rows].T + bias[rows])
                given = h @ out_weight[outputs].T + out_bias[outputs]
                pixel = image[:, c, i, j]
                if schema["levels"] == 2:
                    total = total + Bernoulli(logits=given[:, 0]).log_prob(pixel)
                else:
                    total = total + mixture(settings, pixel.unsqueeze(1), given.unsqueeze(2))[:, 0]
    return total


def log_probability(case, x, out, parameters):
    log_sigma = parameters.get("likelihood.log_sigma")
    kind, settings = case["settings"]["likelihood"], case["settings"]
    n, d = x.shape
    if kind == "bernoulli":
        return Bernoulli(logits=out).log_prob(x).sum(1)
    if kind == "categorical":
        logits = out.view(n, 256, d).permute(0, 2, 1)
        return Categorical(logits=logits).log_prob((x * 255).round().long()).sum(1)
    if kind == "gaussian":
        first = math.log(float(settings.get("sigma", 0.1)))
        variance = settings.get("variance", "learned")
        mean, scale = out[:, :d], torch.full((n, d), first)
        if variance == "learned":
            scale = log_sigma.expand(n, d).clamp(min=-7)
        if variance == "predicted":
            scale = (out[:, d:] + first).clamp(min=-7)
        if "columns" not in case["schema"]:
            mean = 1 / (1 + torch.exp(-mean))
        return Normal(mean, scale.exp()).log_prob(x).sum(1)
    if kind == "discretised-logistic":
        return discretised_logistic(x, 0.5 + out[:, :d], out[:, d:]).sum(1)
    if kind == "discretised-logistic-mixture":
        return mixture(settings, x, out.view(n, -1, d)).sum(1)
    if kind == "local-context":
        return local_context(case, x, out, parameters)
    if kind == "multinomial":
        return torch.stack([Multinomial(int(counts.sum()), logits=logits).log_prob(counts) for counts, logits in zip(x, out)])
    raise ValueError(kind)


def least_rate_variance(rate):
    """The s < 1 with s - 1 - ln s = rate, by Newton's method in ln s from the left, where the function is convex and falls."""
    v = -rate - 1.0
    for _ in range(100):
        v = v - (math.exp(v) - 1 - v - rate) / (math.exp(v) - 1)
    return math.exp(v)


def posterior_of(head):
    half = head.shape[1] // 2
    return Normal(head[:, :half], (head[:, half:] / 2).exp())


def masked(parameters, prefix, x, context):
    """MADE over the last axis: shift and s of each place."""
    places, hidden = x.shape[-1], parameters[f"{prefix}.middle.weight"].shape[0]
    degrees = [u % places for u in range(hidden)]
    masks = {
        "input": [[float(i < d) for i in range(places)] for d in degrees],
        "middle": [[float(a <= b) for a in degrees] for b in degrees],
        "output": [[float(d <= i) for d in degrees] for i in range(places) for _ in range(2)],
    }

    def layer(name, h):
        return h @ (parameters[f"{prefix}.{name}.weight"] * torch.tensor(masks[name])).T + parameters[f"{prefix}.{name}.bias"]

    first = layer("input", x)
    if context is not None:
        first = first + context @ parameters[f"{prefix}.context.weight"].T
    out = layer("output", nn.functional.silu(layer("middle", nn.functional.silu(first))))
    return out[..., 0::2], 3 * torch.tanh(out[..., 1::2] / 3)


def flow(parameters, prefix, steps, x, context=None):
    log_det = torch.zeros(x.shape[:-1])
    for step in range(steps):
        shift, s = masked(parameters, f"{prefix}.steps.{step}", x, context)
        x, log_det = (torch.exp(s) * x + shift).flip(-1), log_det + s.sum(-1)
    return x, log_det


class FlowPrior:
    def __init__(self, parameters, steps):
        self.parameters, self.steps = parameters, steps

    def log_prob(self, z):
        u, log_det = flow(self.parameters, "bottleneck.prior.flow", self.steps, z)
        return Normal(0.0, 1.0).log_prob(u).sum(-1) + log_det


def flow_parameters(prefix, steps, latent, hidden, context):
    shapes = {"input.weight": (hidden, latent), "input.bias": (hidden,), "middle.weight": (hidden, hidden), "middle.bias": (hidden,), "output.weight": (2 * latent, hidden), "output.bias": (2 * latent,)}
    if context:
        shapes["context.weight"] = (hidden, context)
    return {f"{prefix}.steps.{step}.{name}": torch.zeros(shape) for step in range(steps) for name, shape in shapes.items()}


LADDER = [4, 2, 1]


def ladder_parameters(hidden):
    found = {}

    def linear(name, inputs, outputs):
        found[f"bottleneck.{name}.weight"], found[f"bottleneck.{name}.bias"] = torch.zeros(outputs, inputs), torch.zeros(outputs)

    for level, width in enumerate(LADDER):
        linear(f"heads.{level}", hidden, 2 * width)
        if level + 1 < len(LADDER):
            linear(f"climb.{level}.linear", hidden, hidden)
            linear(f"climb.{level}.output", hidden, hidden)
            linear(f"prior.from_above.{level}.hidden1", sum(LADDER[level + 1:]), hidden)
            linear(f"prior.from_above.{level}.hidden2", hidden, hidden)
            linear(f"prior.from_above.{level}.output", hidden, 2 * width)
    return found


def ladder(head, parameters):
    """From the features up, then from the top level down."""
    silu = nn.functional.silu

    def linear(name, h):
        return h @ parameters[f"bottleneck.{name}.weight"].T + parameters[f"bottleneck.{name}.bias"]

    said, h = [], head
    for level in range(len(LADDER)):
        if level > 0:
            h = h + linear(f"climb.{level - 1}.output", silu(linear(f"climb.{level - 1}.linear", silu(h))))
        said.append(posterior_of(linear(f"heads.{level}", silu(h))))
    noise = formula("noise", head.shape[0] * sum(LADDER)).view(head.shape[0], -1).split(LADDER, dim=1)
    above, charges = None, []
    for level in reversed(range(len(LADDER))):
        if above is None:
            prior, posterior = Normal(torch.zeros_like(said[level].mean), torch.ones_like(said[level].mean)), said[level]
        else:
            prior = posterior_of(linear(f"prior.from_above.{level}.output", silu(linear(f"prior.from_above.{level}.hidden2", silu(linear(f"prior.from_above.{level}.hidden1", above))))))
            variance = 1 / (1 / said[level].variance + 1 / prior.variance)
            posterior = Normal(variance * (said[level].mean / said[level].variance + prior.mean / prior.variance), variance.sqrt())
        z = posterior.mean + posterior.stddev * noise[level]
        charges.insert(0, kl_divergence(posterior, prior))
        above = z if above is None else torch.cat([z, above], 1)
    charge = torch.cat(charges, 1)
    return above, charge.sum(1), charge


def prior_of(case, encoder, parameters):
    """p(z) over whole codes."""
    kind = case["settings"].get("prior", "standard-normal")
    latent = int(case["settings"]["latent"])
    if kind == "standard-normal":
        return Independent(Normal(torch.zeros(latent), torch.ones(latent)), 1)
    if kind == "mixture":
        components = Normal(parameters["bottleneck.prior.means"], (parameters["bottleneck.prior.log_variances"] / 2).exp())
        return MixtureSameFamily(Categorical(logits=parameters["bottleneck.prior.logits"]), Independent(components, 1))
    if kind == "flow":
        return FlowPrior(parameters, int(case["settings"]["flow-steps"]))
    inputs = parameters["bottleneck.prior.pseudo_inputs"]
    return MixtureSameFamily(Categorical(logits=torch.zeros(inputs.shape[0])), Independent(posterior_of(encoder(inputs)), 1))


def prior_parameters(case, d):
    latent, kind = int(case["settings"]["latent"]), case["settings"].get("prior", "standard-normal")
    if kind == "mixture":
        k = int(case["settings"]["prior-components"])
        return {"bottleneck.prior.means": torch.zeros(k, latent), "bottleneck.prior.log_variances": torch.zeros(k, latent), "bottleneck.prior.logits": torch.zeros(k)}
    if kind == "vamp":
        return {"bottleneck.prior.pseudo_inputs": torch.zeros(int(case["settings"]["pseudo-inputs"]), d)}
    if kind == "flow":
        return flow_parameters("bottleneck.prior.flow", int(case["settings"]["flow-steps"]), latent, int(case["settings"]["flow-hidden"]), 0)
    if case["settings"].get("posterior") == "inverse-autoregressive-flow":
        settings = case["settings"]
        return flow_parameters("bottleneck.posterior.flow", int(settings["flow-steps"]), latent, int(settings["flow-hidden"]), int(settings["flow-context"]))
    own = {"jump-relu": ["log_threshold"], "gated": ["log_scale", "shift"]}.get(case["settings"]["bottleneck"])
    if own:
        return {f"bottleneck.{name}": torch.zeros(latent) for name in own}
    if case["settings"]["bottleneck"] == "ladder":
        return ladder_parameters(int(case["settings"]["level-hidden"]))
    return {}


def penalty_of(case, z, posterior, decoder):
    settings = case["settings"]
    kind = settings.get("penalty", "none")
    n = z.shape[0]
    if kind == "total-correlation":
        pairs = torch.stack([torch.stack([Normal(posterior.mean[j], posterior.stddev[j]).log_prob(z[i]) for j in range(n)]) for i in range(n)])
        if settings.get("tc-estimator", "stratified") == "weighted":
            weights = torch.full((n, n), 1 / (n * n))
        else:
            weights = torch.full((n, n), (n - 1) / (n * (n - 1)))
            weights.fill_diagonal_(1 / n)
        joint = (pairs.sum(2).exp() * weights).sum(1).log()
        marginals = (pairs.exp() * weights.unsqueeze(2)).sum(1).log().sum(1)
        return float(settings["tc-weight"]) * (joint - marginals).mean()
    if kind == "dip":
        covariance = torch.zeros(z.shape[1], z.shape[1])
        for mean in posterior.mean:
            covariance = covariance + torch.outer(mean - posterior.mean.mean(0), mean - posterior.mean.mean(0)) / n
        if settings.get("dip", "ii") == "ii":
            covariance = covariance + torch.diag(posterior.variance.mean(0))
        between = sum(covariance[i, j] ** 2 for i in range(z.shape[1]) for j in range(z.shape[1]) if i != j)
        own = sum((covariance[i, i] - 1) ** 2 for i in range(z.shape[1]))
        return float(settings.get("dip-off-diagonal", 10)) * between + float(settings.get("dip-diagonal", 10)) * own
    if kind == "mutual-information":
        pairs = torch.stack([torch.stack([Normal(posterior.mean[j], posterior.stddev[j]).log_prob(z[i]).sum() for j in range(n)]) for i in range(n)])
        return -float(settings["information-weight"]) * (pairs.diagonal() - pairs.exp().mean(1).log()).mean()
    if kind == "decoder":
        weights = [p.flatten(1) for name, p in decoder.named_parameters() if name.endswith("weight")]
        return float(settings["decoder-weight"]) * sum((w ** 2).sum() for w in weights)
    return 0.0


def importance_weighted(case, x, decoder, parameters, posterior, prior):
    """The bound as it stands: its plain gradient. Draw k of group m is row m K + k of the noise."""
    settings = case["settings"]
    k, m, share = int(settings["samples"]), int(settings.get("groups", 1)), float(settings.get("elbo-share", 0))
    noise = formula("noise", m * k * posterior.mean.numel()).view(m * k, *posterior.mean.shape)
    weights, logs = [], []
    for draw in noise:
        z = posterior.mean + posterior.stddev * draw
        logs.append(log_probability(case, x, decoder(z), parameters))
        weights.append(logs[-1] + prior.log_prob(z) - posterior.log_prob(z).sum(1))
    weights = torch.stack(weights).view(m, k, -1)
    bound = (weights.exp().mean(1)).log().mean(0)
    distortion = -torch.stack(logs).mean(0)
    loss = -((1 - share) * bound + share * weights.mean((0, 1))).mean()
    return loss, distortion, -bound - distortion


def code_of(case, head, prior, earlier, parameters):
    """The code, its charge for each record, and the charge by unit where it is a sum."""
    settings = case["settings"]
    kind = settings["bottleneck"]
    n = head.shape[0]
    if kind == "deterministic":
        return head, torch.zeros(n), None
    if kind == "l2":
        charge = float(settings.get("l2-weight", 0.1)) * head ** 2 / 2
        return head, charge.sum(1), charge
    if kind == "ladder":
        return ladder(head, parameters)
    if kind == "l1":
        z = head.clamp(min=0)
        charge = float(settings.get("l1-weight", 1)) * z.abs()
        return z, charge.sum(1), charge
    if kind == "kl-sparse":
        z = torch.sigmoid(head)
        target = torch.full((head.shape[1],), float(settings.get("target-rate", 0.05)))
        charge = float(settings.get("sparsity-weight", 1)) * kl_divergence(Bernoulli(target), Bernoulli(z.mean(0)))
        charge = charge.unsqueeze(0).repeat(n, 1)
        return z, charge.sum(1), charge
    if kind == "top-k":
        k = int(settings["k"])
        standard = (head - head.mean(0)) / (head.var(0, unbiased=False) + 1e-5).sqrt()
        threshold = standard.sort(dim=1, descending=True).values[:, k - 1 : k]
        return torch.where(standard >= threshold, standard.clamp(min=0), torch.zeros_like(standard)), torch.zeros(n), None
    if kind == "gaussian" and settings.get("posterior", "diagonal") != "diagonal":
        latent = int(settings["latent"])
        start = posterior_of(head[:, : 2 * latent])
        noise = formula("noise", start.mean.numel()).view(start.mean.shape)
        if settings["posterior"] == "full-covariance":
            factor = torch.diag_embed(start.stddev)
            place = 2 * latent
            for i in range(latent):
                for j in range(i):
                    factor = factor + torch.zeros_like(factor).index_put((torch.arange(n), torch.tensor(i), torch.tensor(j)), start.stddev[:, i] * head[:, place])
                    place += 1
            posterior = MultivariateNormal(start.mean, scale_tril=factor)
            z = start.mean + (factor @ noise.unsqueeze(2)).squeeze(2)
            return z, posterior.log_prob(z) - prior.log_prob(z), None
        if settings["posterior"] in ("batch-normalised", "minimum-rate"):
            if settings["posterior"] == "batch-normalised":
                m = start.mean
                m = (m - m.mean(0)) / (m.var(0, unbiased=False) + 1e-5).sqrt()
                posterior = Normal(float(settings["mean-deviation"]) * m + parameters["bottleneck.posterior.shift"], start.stddev)
            else:
                s = least_rate_variance(2 * float(settings["least-rate"]) / latent)
                posterior = Normal(start.mean, (math.log(s) - nn.functional.softplus(-head[:, latent:])).div(2).exp())
            charge = kl_divergence(posterior, Normal(0.0, 1.0))
            return posterior.mean + posterior.stddev * noise, charge.sum(1), charge
        if settings["posterior"] == "low-rank":
            a = head[:, 2 * latent :].view(n, latent, -1)
            posterior = LowRankMultivariateNormal(start.mean, start.stddev.unsqueeze(2) * a, start.variance)
            root = torch.eye(latent).expand(n, -1, -1)
            for column in a.unbind(2):
                c = torch.linalg.solve(root, column.unsqueeze(2)).squeeze(2)
                square = c.pow(2).sum(1)
                root = root @ (torch.eye(latent) + (((1 + square).sqrt() - 1) / square).view(n, 1, 1) * c.unsqueeze(2) * c.unsqueeze(1))
            z = start.mean + start.stddev * (root @ noise.unsqueeze(2)).squeeze(2)
            if settings.get("prior", "standard-normal") == "standard-normal":
                return z, kl_divergence(posterior, MultivariateNormal(torch.zeros(latent), torch.eye(latent))), None
            return z, posterior.log_prob(z) - prior.log_prob(z), None
        before = start.mean + start.stddev * noise
        z, log_det = flow(parameters, "bottleneck.posterior.flow", int(settings["flow-steps"]), before, head[:, 2 * latent :])
        return z, start.log_prob(before).sum(1) - log_det - prior.log_prob(z), None
    if kind == "gaussian":
        posterior = posterior_of(head)
        mean = posterior.mean
        z = mean + posterior.stddev * formula("noise", mean.numel()).view(mean.shape)
        if settings.get("prior", "standard-normal") != "standard-normal":
            return z, posterior.log_prob(z).sum(1) - prior.log_prob(z), None
        charge = kl_divergence(posterior, Normal(torch.zeros_like(mean), torch.ones_like(mean)))
        return z, charge.sum(1), charge
    if kind == "composite":
        posterior, before = posterior_of(head), posterior_of(earlier)
        mean = posterior.mean
        # The three shares are 3/20, 3/4 and 1/10 as published, which do not sum to 1.
        parts = torch.stack([
            Normal(0.0, 1.0).log_prob(mean).exp() * 3 / 20,
            before.log_prob(mean).exp() * 3 / 4,
            Normal(0.0, math.exp(5.0)).log_prob(mean).exp() / 10,
        ])
        charge = posterior.log_prob(mean) - parts.sum(0).log()
        return mean + posterior.stddev * formula("noise", mean.numel()).view(mean.shape), charge.sum(1), charge
    raise ValueError(kind)


def short(numbers):
    """13 digits: enough for the float64 comparison, and a smaller file."""
    return [float(f"{number:.12e}") for number in numbers]


def networks(schema, settings, d, head, latent, per_dimension):
    if settings["net"] == "conv":
        return conv_pair(schema, settings, head, latent, per_dimension)
    if settings["net"] == "dense":
        return DenselyConnected(d, int(settings["dense-width"]), int(settings["dense-depth"]), head), nn.Linear(latent, per_dimension * d)
    if settings["net"] == "dictionary":
        decoder = DictionaryDecoder(latent, d)
        return DictionaryEncoder(d, head, decoder), decoder
    hidden = [int(w) for w in settings["hidden"].split(",") if w]
    activation, norm = settings["activation"], settings.get("norm", "none")
    encoder = dense_layers([d] + hidden, head, activation, norm)
    if settings["net"] == "topics":
        return Documents(settings["counts"], encoder, held_scale(head) if settings.get("head-norm") == "batch" else None), \
            TopicsOfWords(settings["topic-decoder"], latent, d, float(settings.get("dirichlet", 1)), int(settings.get("embedding", 300)))
    decoder = dense_layers([latent] + hidden[::-1], per_dimension * d, activation, norm)
    if settings.get("input") == "unit-length":
        encoder = nn.Sequential(OrderedDict(unit_length=UnitLength(), layers=encoder))
    return encoder, decoder


def evaluate(case):
    schema, settings = case["schema"], case["settings"]
    x = records(schema)
    d, latent = x.shape[1], int(settings["latent"])
    head = {"gaussian": 2 * latent, "composite": 2 * latent, "ladder": int(settings.get("level-hidden", 0))}.get(settings["bottleneck"], latent)
    head += {"full-covariance": latent * (latent - 1) // 2, "low-rank": latent * int(settings.get("rank", 0)), "inverse-autoregressive-flow": int(settings.get("flow-context", 0))}.get(settings.get("posterior"), 0)
    likelihood, variance = settings["likelihood"], settings.get("variance", "learned")
    components = int(settings.get("components", 3))
    per_dimension = {"discretised-logistic-mixture": 3 * components, "local-context": int(settings.get("features", 4)), "bernoulli": 1, "categorical": 256, "discretised-logistic": 2, "gaussian": 2 if variance == "predicted" else 1, "multinomial": 1}[likelihood]
    encoder, decoder = networks(schema, settings, d, head, latent, per_dimension)
    earlier = networks(schema, settings, d, head, latent, per_dimension)[0] if settings["bottleneck"] == "composite" else None
    model = nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if likelihood == "gaussian" and variance == "learned":
        parameters["likelihood.log_sigma"] = nn.Parameter(torch.zeros(1))
    if likelihood == "local-context":
        channels, reach, hidden = schema["channels"], int(settings["reach"]), int(settings["context-hidden"])
        base = 1 if schema["levels"] == 2 else 3 * components
        inputs = channels * (2 * reach * (reach + 1) + per_dimension) + channels - 1
        parameters["likelihood.hidden.weight"] = nn.Parameter(torch.zeros(channels * hidden, inputs))
        parameters["likelihood.hidden.bias"] = nn.Parameter(torch.zeros(channels * hidden))
        parameters["likelihood.output.weight"] = nn.Parameter(torch.zeros(channels * base, hidden))
        parameters["likelihood.output.bias"] = nn.Parameter(torch.zeros(channels * base))
    parameters.update({name: nn.Parameter(p) for name, p in prior_parameters(case, d).items()})
    if settings.get("posterior") == "batch-normalised":
        parameters["bottleneck.posterior.shift"] = nn.Parameter(torch.zeros(latent))
    still = {name: p for name, p in model.named_parameters() if not p.requires_grad}
    if earlier is not None:
        still.update({f"bottleneck.earlier.{name}": p for name, p in earlier.named_parameters()})
    with torch.no_grad():
        for name, p in (parameters | still).items():
            fan = p.numel() // p.shape[0] if p.dim() > 1 else 9
            p.copy_(formula(name, p.numel()).view(p.shape) * 1.5 / math.sqrt(fan))

    head, prior = encoder(x), prior_of(case, encoder, parameters)
    if settings.get("objective", "elbo") == "importance-weighted":
        loss, distortion, rate = importance_weighted(case, x, decoder, parameters, posterior_of(head), prior)
    else:
        extra = 0.0
        if settings["net"] == "dictionary":
            z, by_unit, extra = dictionary(case, x, head, decoder, parameters)
            rate = by_unit.sum(1)
        else:
            z, rate, by_unit = code_of(case, head, prior, None if earlier is None else earlier(x).detach(), parameters)
        distortion = -log_probability(case, x, decoder(z), parameters)
        weight, grown = float(settings.get("beta", 1)), 1.0
        if float(settings.get("warm-up", 0)) > 0:
            epochs = float(settings["warm-up"])
            over = case["epoch"] >= 2 * epochs * int(settings.get("warm-up-cycles", 1))
            grown = 1.0 if over else min(1.0, case["epoch"] % (2 * epochs) / epochs)
        free, capacity, per_count = (float(settings.get(key, 0)) for key in ("free-nats", "capacity", "beta-per-count"))
        rate_charged = rate * x.sum(1) * per_count if per_count > 0 else rate
        charged = by_unit.mean(0).clamp(min=free).sum() if free > 0 and by_unit is not None else rate_charged.mean()
        loss = distortion.mean() + (weight * (charged - grown * capacity).abs() if capacity > 0 else weight * grown * charged)
        loss = loss + extra + penalty_of(case, z, posterior_of(head) if settings.get("posterior", settings["bottleneck"]) == "gaussian" else None, decoder)
    loss.backward()
    gradients = {}
    for name, p in parameters.items():
        g = p.grad.flatten()
        # A few entries spread over the tensor; the stride is odd so that they do not fall on one row or column.
        stride = max(1, g.numel() // 2) | 1
        gradients[name] = {"shape": list(p.shape), "norm": short([g.norm()])[0], "stride": stride, "entries": short(g[::stride][:2])}
    return {"name": case["name"], "schema": schema, "settings": settings, "epoch": case["epoch"], "loss": short([loss])[0],
            "distortion": short(distortion), "rate": short(rate), "gradients": gradients}


def cases():
    grey = {"height": 3, "width": 4, "channels": 1, "levels": 256}
    binary = dict(grey, levels=2)
    vector = {"columns": 7}
    counts = {"items": 9}
    odd = {"height": 11, "width": 9, "channels": 1, "levels": 256}
    odd_binary = dict(odd, levels=2)
    colour = {"height": 9, "width": 11, "channels": 3, "levels": 256}

    def case(name, schema, /, epoch=0.0, **settings):
        settings = {key.replace("_", "-"): value for key, value in settings.items()}
        settings.setdefault("net", "mlp")
        settings.setdefault("latent", "3")
        if settings["net"] in ("mlp", "topics"):
            settings.setdefault("hidden", "8,6")
            settings.setdefault("activation", "gated")
        return {"name": name, "schema": schema, "epoch": epoch, "settings": settings}

    likelihoods = [
        ("bernoulli", binary, {"likelihood": "bernoulli"}),
        ("gaussian-fixed-pixels", grey, {"likelihood": "gaussian", "variance": "fixed", "sigma": "0.3"}),
        ("gaussian-learned-pixels", grey, {"likelihood": "gaussian", "variance": "learned"}),
        ("gaussian-predicted-pixels", grey, {"likelihood": "gaussian", "variance": "predicted", "sigma": "0.4"}),
        ("gaussian-fixed-columns", vector, {"likelihood": "gaussian", "variance": "fixed", "sigma": "0.3"}),
        ("gaussian-learned-columns", vector, {"likelihood": "gaussian", "variance": "learned"}),
        ("gaussian-predicted-columns", vector, {"likelihood": "gaussian", "variance": "predicted", "sigma": "0.4"}),
        ("categorical", grey, {"likelihood": "categorical"}),
        ("discretised-logistic", grey, {"likelihood": "discretised-logistic"}),
        ("discretised-logistic-mixture", grey, {"likelihood": "discretised-logistic-mixture", "components": "2"}),
        ("local-context binary", binary, {"likelihood": "local-context", "features": "2", "reach": "2", "context-hidden": "5"}),
        ("local-context grey", grey, {"likelihood": "local-context", "features": "3", "reach": "1", "context-hidden": "4", "components": "2"}),
        ("multinomial", counts, {"likelihood": "multinomial"}),
    ]
    bottlenecks = [
        ("deterministic", {}),
        ("l1", {"l1-weight": "0.7"}),
        ("kl-sparse", {"target-rate": "0.1", "sparsity-weight": "1.3"}),
        ("top-k", {"k": "2", "latent": "6"}),
        ("gaussian", {}),
        ("composite", {}),
    ]
    for name, schema, likelihood in likelihoods:
        for bottleneck, own in bottlenecks:
            yield case(f"{name}/{bottleneck}", schema, **likelihood, bottleneck=bottleneck, **own)
    vae = {"likelihood": "bernoulli", "bottleneck": "gaussian"}
    yield case("beta", binary, **vae, beta="4")
    yield case("warm-up", binary, epoch=2.5, **vae, beta="2", warm_up="10")
    yield case("warm-up over", binary, epoch=12.0, **vae, beta="2", warm_up="10")
    yield case("free nats", binary, **vae, free_nats="0.6")
    yield case("free nats for none", binary, **vae, free_nats="1000")
    yield case("capacity", binary, epoch=2.5, **vae, beta="3", warm_up="10", capacity="1.5")
    yield case("mixture prior", binary, **vae, prior="mixture", prior_components="4")
    yield case("vamp prior", binary, **vae, prior="vamp", pseudo_inputs="4")
    yield case("flow prior", binary, **vae, prior="flow", flow_steps="2", flow_hidden="5")
    yield case("full covariance", binary, **vae, posterior="full-covariance")
    yield case("low rank", binary, **vae, posterior="low-rank", rank="2")
    yield case("low rank, mixture prior", binary, **vae, posterior="low-rank", rank="1", prior="mixture", prior_components="2")
    yield case("batch-normalised", binary, **vae, posterior="batch-normalised", mean_deviation="0.7")
    yield case("minimum rate", binary, **vae, posterior="minimum-rate", least_rate="2", free_nats="0.9")
    yield case("warm-up in cycles", binary, epoch=27.0, **vae, warm_up="10", warm_up_cycles="2")
    yield case("inverse autoregressive flow", binary, **vae, posterior="inverse-autoregressive-flow", flow_steps="2", flow_hidden="5", flow_context="2")
    yield case("full covariance, flow prior of one step", binary, **vae, posterior="full-covariance", prior="flow", flow_steps="1", flow_hidden="4")
    yield case("ladder", binary, likelihood="bernoulli", bottleneck="ladder", latent="7", levels="3", level_hidden="6")
    yield case("mutual information", binary, **vae, penalty="mutual-information", information_weight="0.7")
    yield case("l2 code and decoder", binary, likelihood="bernoulli", bottleneck="l2", l2_weight="0.3", penalty="decoder", decoder_weight="0.05")
    yield case("total correlation stratified", binary, **vae, penalty="total-correlation", tc_weight="3")
    yield case("total correlation weighted", binary, **vae, penalty="total-correlation", tc_weight="3", tc_estimator="weighted")
    yield case("dip i", binary, **vae, penalty="dip", dip="i")
    yield case("dip ii", binary, **vae, penalty="dip", dip="ii", dip_off_diagonal="3")
    yield case("importance weighted", binary, **vae, objective="importance-weighted", samples="4", gradient="plain")
    yield case("importance weighted groups and share, vamp prior", binary, **vae, objective="importance-weighted", samples="3", groups="2", elbo_share="0.25", gradient="plain", prior="vamp", pseudo_inputs="3")
    for activation in ("relu", "tanh", "silu", "elu", "gelu"):
        yield case(f"mlp {activation}", binary, **vae, activation=activation)
    yield case("mlp without hidden layers", binary, **vae, hidden="")
    yield case("mlp batch norm", binary, **vae, activation="relu", norm="batch")
    yield case("mlp layer norm", binary, **vae, norm="layer")
    yield case("conv bernoulli", odd_binary, **vae, net="conv", channels="4,6", dense="10")
    yield case("conv relu deterministic", odd, net="conv", likelihood="gaussian", variance="predicted", bottleneck="deterministic", channels="5", dense="7", conv_activation="relu")
    yield case("conv residual colour", colour, net="conv", likelihood="discretised-logistic", bottleneck="gaussian", channels="4,6", dense="10", residual="1")
    yield case("conv categorical", odd, net="conv", likelihood="categorical", bottleneck="gaussian", channels="3,4", dense="8", conv_activation="tanh")
    yield case("conv default channels", odd, net="conv", likelihood="discretised-logistic", bottleneck="top-k", latent="6", k="2", dense="12")
    yield case("conv local context colour", colour, net="conv", likelihood="local-context", features="2", reach="1", context_hidden="3", components="1", bottleneck="gaussian", channels="4,6", dense="10")
    yield case("conv even", {"height": 8, "width": 12, "channels": 1, "levels": 2}, **vae, net="conv", channels="3,4,5", dense="8")
    interactions = {"likelihood": "multinomial", "activation": "tanh", "input": "unit-length"}
    yield case("mlp of unit length", counts, **interactions, bottleneck="gaussian", beta="0.2")
    yield case("beta per count", counts, **interactions, bottleneck="gaussian", beta_per_count="0.05")
    yield case("densely connected composite", counts, likelihood="multinomial", net="dense", dense_width="6", dense_depth="3", bottleneck="composite", beta_per_count="0.05")
    features = {"net": "dictionary", "likelihood": "gaussian", "variance": "fixed", "sigma": "1", "dead_after": "1", "aux_weight": "0.25"}
    yield case("auxiliary top k", vector, **features, latent="9", bottleneck="auxiliary-top-k", k="2")
    yield case("batch top k", vector, **features, latent="9", bottleneck="batch-top-k", k="2")
    yield case("jump relu", vector, **features, latent="9", bottleneck="jump-relu", l0_weight="0.3", bandwidth="0.9")
    yield case("gated", vector, **features, bottleneck="gated", gate_weight="0.4", latent="24")
    documents = {"net": "topics", "likelihood": "multinomial", "bottleneck": "gaussian"}
    yield case("linear topics", counts, **documents, topic_decoder="linear", counts="as-is", activation="tanh")
    yield case("product of topics", counts, **documents, topic_decoder="product", counts="log", head_norm="batch", dirichlet="0.05")
    yield case("embedded topics", counts, **documents, topic_decoder="embedded", counts="share", embedding="4", dirichlet="0.3")


if __name__ == "__main__":
    print('{"source": %s, "cases": [' % json.dumps(f"bench/oracle/models.py, PyTorch {torch.__version__}, float64"))
    lines = [json.dumps(evaluate(case)) for case in cases()]
    print(",\n".join(lines))
    print("]}")
