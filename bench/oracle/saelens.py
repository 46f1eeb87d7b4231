"""Hand-made SAELens folders and what they compute, in numpy alone: fixtures and oracle values for SaeLensTests.cs.

Run:

    /usr/bin/python3 bench/oracle/saelens.py tests/golden/saelens

Writes, for each case, cfg.json and sae_weights.safetensors (the format by hand: header length, JSON header, numbers) and
oracle.json: records, codes and reconstructions. Definitions are those of SAELens (docs and the papers of each kind), in float64:

    standard   z = relu((x - b_dec) W_enc + b_enc)
    topk       the k largest heads, relu, else 0; with rescale_acts_by_decoder_norm heads times |W_dec row|, codes over it in the decoder
    jumprelu   z = h [h > threshold]
    gated      z = [(x - b_dec) W_enc + b_gate > 0] relu((x - b_dec) (W_enc exp(r_mag)) + b_mag)
    mean       z (times scaling_factor, where finetuning_scaling_factor) W_dec + b_dec

b_dec is subtracted only with apply_b_dec_to_input.
"""

import json
import os
import struct
import sys

import numpy as np

D, L, N = 4, 6, 5


def formula(count, phase):
    """Numbers without a generator: any other program can compute them."""
    i = np.arange(count, dtype=np.float64)
    return np.sin(1.7 * i + phase) * (0.4 + 0.6 * np.cos(0.9 * i + 2 * phase))


def bfloat16(a):
    """Rounds to nearest even, 16 bits of a float32."""
    bits = a.astype("<f4").view("<u4").astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def write_safetensors(path, tensors, kind):
    header, blobs, offset = {}, [], 0
    for name, a in tensors.items():
        blob = {"F32": lambda: a.astype("<f4"), "F16": lambda: a.astype("<f2"), "BF16": lambda: bfloat16(a)}[kind]().tobytes()
        header[name] = {"dtype": kind, "shape": list(a.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def stored(a, kind):
    """The numbers as the file has them."""
    if kind == "F16":
        return a.astype(np.float16).astype(np.float64)
    if kind == "BF16":
        return (bfloat16(a).astype("<u4") << 16).view("<f4").astype(np.float64)
    return a.astype(np.float32).astype(np.float64)


def run(cfg, t, x):
    seen = x - t["b_dec"] if cfg.get("apply_b_dec_to_input", True) else x
    norms = np.sqrt((t["W_dec"] ** 2).sum(1))
    kind = cfg["architecture"]
    function = cfg.get("activation_fn_str", "topk" if kind == "topk" else "relu")
    if kind == "gated":
        gate = seen @ t["W_enc"] + t["b_gate"]
        z = (gate > 0) * np.maximum(0, seen @ (t["W_enc"] * np.exp(t["r_mag"])) + t["b_mag"])
    else:
        h = seen @ t["W_enc"] + t["b_enc"]
        if cfg.get("rescale_acts_by_decoder_norm"):
            h = h * norms
        if kind == "jumprelu":
            z = h * (h > t["threshold"])
        elif kind == "topk" or function == "topk":
            k = cfg.get("k") or cfg["activation_fn_kwargs"]["k"]
            z = np.zeros_like(h)
            for row in range(len(h)):
                for unit in np.argsort(-h[row])[:k]:
                    z[row, unit] = max(0.0, h[row, unit])
        else:
            z = np.maximum(0, h)
    written = z * t["scaling_factor"] if cfg.get("finetuning_scaling_factor") else z
    if cfg.get("rescale_acts_by_decoder_norm"):
        written = written / norms
    return z, written @ t["W_dec"] + t["b_dec"]


def tensors(phase, kind, unit):
    w_dec = formula(L * D, phase + 1).reshape(L, D)
    if unit:
        w_dec /= np.sqrt((w_dec**2).sum(1, keepdims=True))
    t = {"W_enc": formula(D * L, phase).reshape(D, L), "W_dec": w_dec, "b_dec": 2 + formula(D, phase + 2)}
    if kind == "gated":
        t |= {"b_gate": 0.3 * formula(L, phase + 3), "r_mag": 0.5 * formula(L, phase + 4), "b_mag": 0.2 * formula(L, phase + 5)}
    else:
        t["b_enc"] = 0.3 * formula(L, phase + 3)
    if kind == "jumprelu":
        t["threshold"] = np.abs(0.4 * formula(L, phase + 6))
    return t


NEW = {"dtype": "float32", "device": "cpu", "normalize_activations": "none", "reshape_activations": "none"}
META = {"metadata": {"sae_lens_version": "6.12.1", "model_name": "hand-made", "hook_name": "blocks.3.hook_resid_post", "hook_head_index": None}}
OLD = {
    "activation_fn_kwargs": {},
    "finetuning_scaling_factor": False,
    "context_size": 128,
    "model_name": "hand-made",
    "hook_name": "blocks.3.hook_resid_pre",
    "hook_layer": 3,
    "prepend_bos": True,
    "normalize_activations": "none",
    "dtype": "float32",
    "sae_lens_training_version": "3.13.0",
}

CASES = {
    "standard": ({"architecture": "standard", "apply_b_dec_to_input": True, **NEW, **META}, "F32", True),
    "standard-scaled": ({"activation_fn_str": "relu", "apply_b_dec_to_input": False, **OLD, "finetuning_scaling_factor": True}, "F32", False),
    "topk": ({"architecture": "topk", "k": 2, "rescale_acts_by_decoder_norm": False, "apply_b_dec_to_input": True, **NEW, **META}, "F32", False),
    "topk-rescaled": ({"architecture": "topk", "k": 3, "rescale_acts_by_decoder_norm": True, "apply_b_dec_to_input": False, **NEW, **META}, "F16", False),
    "topk-old": ({"architecture": "standard", "activation_fn_str": "topk", "apply_b_dec_to_input": True, **OLD, "activation_fn_kwargs": {"k": 2}}, "F32", True),
    "jumprelu": ({"architecture": "jumprelu", "apply_b_dec_to_input": False, **NEW, **META}, "BF16", False),
    "gated": ({"architecture": "gated", "apply_b_dec_to_input": True, **NEW, **META}, "F32", True),
}


def main(folder):
    oracle = {}
    for place, (name, (cfg, kind, unit)) in enumerate(CASES.items()):
        cfg = {**cfg, "d_in": D, "d_sae": L}
        t = tensors(0.37 * place, cfg.get("architecture", "standard"), unit)
        if cfg.get("finetuning_scaling_factor"):
            t["scaling_factor"] = 1 + 0.3 * formula(L, 8)
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        with open(os.path.join(folder, name, "cfg.json"), "w") as f:
            json.dump(cfg, f, indent=2)
            f.write("\n")
        write_safetensors(os.path.join(folder, name, "sae_weights.safetensors"), t, kind)
        # Records are float32 to every reader.
        x = (2 + 1.5 * formula(N * D, 0.5 + place).reshape(N, D)).astype(np.float32).astype(np.float64)
        z, mean = run({"architecture": "standard", **cfg}, {key: stored(a, kind) for key, a in t.items()}, x)
        assert 0 < (z > 0).sum() < z.size
        oracle[name] = {"records": x.tolist(), "codes": z.tolist(), "means": mean.tolist()}
    with open(os.path.join(folder, "oracle.json"), "w") as f:
        json.dump(oracle, f)
        f.write("\n")


main(sys.argv[1])
