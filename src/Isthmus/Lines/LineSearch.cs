using Isthmus.Codes;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>A line found by a query.</summary>
/// <param name="Record">Index of the record, 0 for the first.</param>
/// <param name="Text">Its text, with masks by their names.</param>
/// <param name="Similarity">Cosine of the line's code and the query's, -1 .. 1.</param>
/// <param name="Times">Lines of the same text.</param>
public sealed record FoundLine(int Record, string Text, double Similarity, int Times);

/// <summary>Finds lines by their codes: the words of the query need not occur in them.</summary>
public static class LineSearch
{
    /// <summary>Returns the lines whose codes point most nearly where the query's does, each text once.</summary>
    /// <param name="model">A model of lines with an encoder.</param>
    /// <param name="data">Lines as the model cuts them.</param>
    /// <param name="query">Text to search for.</param>
    /// <param name="count">Lines to find.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">The model is not of lines, or has no code.</exception>
    public static IReadOnlyList<FoundLine> Find(TrainedModel model, Dataset data, string query, int count, Device? device = null)
    {
        var schema = LineScorer.Demand(model.Specification.Schema);
        if (model.Specification.Settings.Get(Models.Networks.RecurrentNetwork.Encoder) == Models.Networks.RecurrentNetwork.None)
            throw new InvalidInputException(
                "The model",
                "has no encoder, and so no codes to search by",
                $"take one that has ({OptionNames.Model("text-vae")})"
            );
        if (query.Length == 0)
            throw new InvalidInputException("The query", "is empty", "give words to search for");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var one = new LineTexts("query", [query], null, [], schema.Source, []).Records(schema);
        var asked = RecordCodes.Of(model.Network, model.Prepare(one.Select([0])), device);
        var codes = RecordCodes.Of(model.Network, model.Prepare(data), device);
        var cosines = nn.functional.cosine_similarity(codes, asked, 1).cpu().data<float>().ToArray();
        return
        [
            .. Enumerable
                .Range(0, data.Count)
                .GroupBy(record => schema.Tokens.TextOf(data.Tokens(record)), StringComparer.Ordinal)
                .Select(same => new FoundLine(same.First(), same.Key, cosines[same.First()], same.Count()))
                .OrderByDescending(line => line.Similarity)
                .ThenBy(line => line.Record)
                .Take(count),
        ];
    }
}
