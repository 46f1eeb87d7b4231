using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Path from one code to another.</summary>
public enum CodePath
{
    /// <summary>z(t) = (1 - t) a + t b.</summary>
    Linear,

    /// <summary>
    /// z(t) = (sin((1 - t) w) a + sin(t w) b) / sin w, w the angle between a and b (Shoemake 1985; White 2016): keeps the length that codes have under a
    /// Gaussian prior, while the straight line would pass near its centre.
    /// </summary>
    Spherical,
}

/// <summary>Generates records from codes: drawn from the prior, or between the codes of two records.</summary>
public static class Generation
{
    // A number is a 32-bit float, a pixel and part of a picture to be written, or a cell of a table with its own type.
    private const int BytesANumber = 64;

    private const int PartRecords = 1024;

    /// <summary>Draws z ~ p(z), and returns E[x|z], or a draw of p(x|z).</summary>
    /// <param name="trained">A variational model.</param>
    /// <param name="count">Number of records.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="draw">True to draw x from p(x|z), pixel by pixel; false for its mean.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="label">Class of a label that the model has as condition, or for several labels NAME=CLASS joined by commas; null for each in turn.</param>
    /// <param name="codes">Function that draws a number of codes instead of the prior; null for the prior.</param>
    /// <exception cref="InvalidInputException">The model has no prior, is given no label, or knows no such class.</exception>
    public static RecordValues Sample(
        TrainedModel trained,
        int count,
        int seed,
        bool draw = false,
        Device? device = null,
        string? label = null,
        Func<int, Device?, Tensor>? codes = null
    )
    {
        trained.DemandRecords();
        if (label is not null && trained.Network.Condition is null)
            throw new InvalidInputException(
                $"The model ({trained.Specification.Preset})",
                "is given no label, so none can be chosen",
                $"leave {OptionNames.ChosenLabel} out, or train a model that is given one ({OptionNames.Model("cond-vae")})",
                OptionNames.ChosenLabel
            );
        var places = KnownLabel.Places(trained.Specification.Labels, label);
        var prior = trained.Network.Bottleneck.Prior;
        if (prior is null && codes is null)
            throw new InvalidInputException(
                $"The model ({trained.Specification.Preset})",
                "has no prior over its codes, so there is nothing to draw from",
                $"draw near the codes of records with {OptionNames.CodesOf}, or take a variational model ({OptionNames.Model("vae")})",
                OptionNames.CodesOf
            );
        DemandMemory(trained, count);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(seed);
        return Decoded(trained, codes?.Invoke(count, device) ?? prior!.Sample(count, device), trained.Network.Condition?.InTurn(count, places, device), draw);
    }

    /// <summary>Returns E[x|z] for <paramref name="steps"/> codes from one record's to another's, both included.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="from">The first record, 0 for the first of the data.</param>
    /// <param name="to">The last record.</param>
    /// <param name="steps">Number of codes, at least 2.</param>
    /// <param name="path">Path between the codes; null for spherical with variational models and linear with others.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">No such record, fewer than 2 steps, or data of another shape than the model's.</exception>
    public static RecordValues Interpolate(TrainedModel trained, Dataset data, int from, int to, int steps, CodePath? path = null, Device? device = null)
    {
        trained.DemandRecords();
        foreach (var index in (int[])[from, to])
            if (index < 0 || index >= data.Count)
                throw new InvalidInputException(data.Name, $"has no record {index}", $"count its {data.Count} records from 0 to {data.Count - 1}");
        if (steps < 2)
            throw new InvalidInputException($"{steps} step{(steps == 1 ? "" : "s")}", "cannot join two records", "give at least 2");
        DemandMemory(trained, steps);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var records = trained.Prepare(data.Select([from, to]));
        var ends = RecordCodes.Of(trained.Network, records, device);
        float[] a = [.. ends[0].data<float>()],
            b = [.. ends[1].data<float>()];
        var way = path ?? (trained.Network.Bottleneck.IsVariational ? CodePath.Spherical : CodePath.Linear);
        float[] codes = [.. Enumerable.Range(0, steps).SelectMany(step => Between(a, b, step / (steps - 1.0), way))];
        var z = tensor(codes).view(steps, a.Length).to(device ?? CPU);
        // The label goes from the first record's to the last one's along a straight line.
        var given = trained.Network.Given(TensorBatches.Gather(records, [0, 1], device)) is { } pair
            ? lerp(pair.narrow(0, 0, 1), pair.narrow(0, 1, 1), linspace(0, 1, steps, device: device).unsqueeze(1))
            : null;
        return Decoded(trained, z, given, draw: false);
    }

    /// <summary>Returns E[x|z] of codes that a caller chose.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="codes">Codes of L numbers.</param>
    /// <param name="label">Class of each label that the model has as condition, as for <see cref="Sample"/>; null for the classes in turn.</param>
    /// <exception cref="InvalidInputException">The model makes no records, or knows no such class.</exception>
    internal static RecordValues Decode(TrainedModel trained, IReadOnlyList<float[]> codes, string? label = null)
    {
        trained.DemandRecords();
        var places = KnownLabel.Places(trained.Specification.Labels, label);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var z = tensor(codes.SelectMany(code => code).ToArray()).view(codes.Count, -1);
        return Decoded(trained, z, trained.Network.Condition?.InTurn(codes.Count, places, null), draw: false);
    }

    /// <summary>Decodes codes, some at a time, so that intermediate results of a network take memory for those only.</summary>
    private static RecordValues Decoded(TrainedModel trained, Tensor codes, Tensor? given, bool draw)
    {
        var (count, width) = ((int)codes.shape[0], trained.Specification.Schema.Output.Dimension);
        var values = new float[count * width];
        for (var first = 0; first < count; first += PartRecords)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(PartRecords, count - first);
            var parameters = trained.Network.Decode(codes.narrow(0, first, rows), given?.narrow(0, first, rows));
            RecordValues
                .FromModel(trained, draw ? trained.Network.Likelihood.Sample(parameters) : trained.Network.Likelihood.Mean(parameters))
                .Values.CopyTo(values, first * width);
        }
        return new(trained.Specification.Schema.Output, values);
    }

    /// <summary>Throws if the records would not fit into memory, before any is allocated.</summary>
    private static void DemandMemory(TrainedModel trained, int count)
    {
        var width = trained.Specification.Schema.Dimension;
        var (needed, there) = ((double)count * width * BytesANumber, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2.0);
        if (needed > there || (long)count * width > Array.MaxLength)
            throw new InvalidInputException(
                $"{count:N0} records of {width:N0} numbers",
                $"take some {needed / 1e9:N1} GB, and {Math.Min(there, (double)Array.MaxLength * BytesANumber) / 1e9:N1} GB can be had",
                "ask for fewer, several times with other seeds if need be"
            );
    }

    /// <summary>Returns the code at the fraction <paramref name="t"/> of the way from a to b; t = 0 is a and t = 1 is b, exactly.</summary>
    internal static float[] Between(float[] a, float[] b, double t, CodePath path)
    {
        var (weightA, weightB) = (1 - t, t);
        if (path == CodePath.Spherical)
        {
            var (product, lengths) = (Product(a, b), Math.Sqrt(Product(a, a)) * Math.Sqrt(Product(b, b)));
            var angle = lengths > 0 ? Math.Acos(Math.Clamp(product / lengths, -1, 1)) : 0;
            // Between collinear codes (or at the origin) there is no arc, and the straight line is the limit.
            if (Math.Sin(angle) > 1e-6)
                (weightA, weightB) = (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle));
        }
        return [.. a.Zip(b, (first, second) => (float)(weightA * first + weightB * second))];
    }

    private static double Product(float[] a, float[] b) => a.Zip(b, (first, second) => (double)first * second).Sum();
}
