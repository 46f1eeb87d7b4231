#!/usr/bin/env bash
# The four sparse dictionaries on 1,078,000 activations of a convolutional autoencoder of Fashion-MNIST (layer 2, 64 channels at 49 places
# of 22,000 training pictures), streamed, 128 features, one epoch (a shortened schedule), seed 1, at four sparsities each:
#     bash bench/reproductions/sparse.sh [further arguments of train]
# A line a run: model, setting, training vectors, L0, variance explained, share of features alive, peak memory. The first line of a model is of
# 80,000 training vectors, for its memory.
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
test -f runs/sparse-layer/model.isthmus ||
    "$isthmus" train fashion-mnist --model ae --net conv --set channels=32,64 --epochs 5 --importance-samples 0 --seed 1 --threads 1 --name sparse-layer -o runs
test -f runs/sparse-layer.npy ||
    "$isthmus" encode fashion-mnist -m runs/sparse-layer --part train --limit 22000 --layer 2 --threads 1 -o runs/sparse-layer.npy

run() { # model, setting, how many records, further arguments
    /usr/bin/time -o runs/sparse-peak -f %M "$isthmus" train runs/sparse-layer.npy --stream --limit "$3" --model "$1" --set "$2" --latent 128 --epochs "${EPOCHS:-1}" --set batch-size=512 \
        --set learning-rate=0.003 --set aux-weight=0.3 --importance-samples 0 --seed 1 --threads 1 --name "sparse-$1-$2-$3" -o runs --json "${@:4}" > runs/sparse.json
    figure() { grep -o "\"$1\":[0-9.eE+-]*" runs/sparse.json | cut -d: -f2; }
    echo "$1 $2 $(figure train_records) L0 $(figure units_on_per_record) +- $(figure units_on_per_record_standard_error)" \
        "explained $(figure variance_explained) +- $(figure variance_explained_standard_error) alive $(figure active_unit_share) peak $(cat runs/sparse-peak) KiB"
}

# As large as the runs allow: what --limit leaves is of each part.
all=10000000
for k in 4 8 16 32; do
    for model in top-k-sae batch-top-k-sae; do
        test $k != 4 || run $model k=8 80000 "$@"
        run $model k=$k $all "$@"
    done
done
run jump-relu-sae l0-weight=1 80000 "$@"
for weight in 0.05 0.2 0.5 1; do
    run jump-relu-sae l0-weight=$weight $all "$@"
done
run gated-sae gate-weight=1 80000 --set warm-up=0.2 "$@"
for weight in 0.5 1 2 4; do
    run gated-sae gate-weight=$weight $all --set warm-up=0.2 "$@"
done
