using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>Lines made by a model: from codes of the prior, or on the way from one line's code to another's.</summary>
public static class LineSamples
{
    /// <summary>Draws codes from the prior and makes a line of each.</summary>
    /// <param name="model">A model of lines with a prior.</param>
    /// <param name="count">Lines to make.</param>
    /// <param name="seed">Random seed for codes and tokens.</param>
    /// <param name="options">How tokens are chosen. Default: drawn.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">The model is not of lines or has no prior, or an option cannot be used.</exception>
    public static IReadOnlyList<string> Draw(TrainedModel model, int count, int seed, LineDecodingOptions? options = null, Device? device = null)
    {
        LineScorer.Demand(model.Specification.Schema);
        if (model.Network.Bottleneck.Prior is not { } prior)
            throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "has no prior to draw codes from",
                $"take one that has ({OptionNames.Model("text-vae")})"
            );
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(seed);
        return LineDecoding.Texts(model, prior.Sample(count, device), options ?? new());
    }

    /// <summary>Returns the most likely line of each code, token by token.</summary>
    internal static IReadOnlyList<string> Restored(TrainedModel model, Tensor z) => LineDecoding.Texts(model, z, new() { IsGreedy = true });

    /// <summary>Makes lines of codes on the way from one line to another, both ends included.</summary>
    /// <param name="model">A model of lines with an encoder.</param>
    /// <param name="from">Line to begin at.</param>
    /// <param name="to">Line to end at.</param>
    /// <param name="steps">Lines, at least 2.</param>
    /// <param name="path">Path between the codes. Default: spherical for models with a prior, linear for others.</param>
    /// <param name="options">How tokens are chosen. Default: greedily.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">The model is not of lines, or fewer than 2 steps.</exception>
    public static IReadOnlyList<string> Between(
        TrainedModel model,
        string from,
        string to,
        int steps = 8,
        CodePath? path = null,
        LineDecodingOptions? options = null,
        Device? device = null
    )
    {
        var schema = LineScorer.Demand(model.Specification.Schema);
        if (steps < 2)
            throw new InvalidInputException($"{steps} step{(steps == 1 ? "" : "s")}", "cannot join two lines", "give at least 2");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ends = new LineTexts("ends", [from, to], null, [], schema.Source, []).Records(schema);
        // Of a line of several windows the first.
        int[] firsts = [0, Enumerable.Range(0, ends.Count).First(record => ends.RecordNames![record].StartsWith("line 2", StringComparison.Ordinal))];
        var codes = RecordCodes.Of(model.Network, model.Prepare(ends.Select(firsts)), device);
        float[] a = [.. codes[0].cpu().data<float>()],
            b = [.. codes[1].cpu().data<float>()];
        var way = path ?? (model.Network.Bottleneck.IsVariational ? CodePath.Spherical : CodePath.Linear);
        float[] all = [.. Enumerable.Range(0, steps).SelectMany(step => Generation.Between(a, b, step / (steps - 1.0), way))];
        return LineDecoding.Texts(model, tensor(all, device: device ?? CPU).view(steps, a.Length), options ?? new() { IsGreedy = true });
    }
}
