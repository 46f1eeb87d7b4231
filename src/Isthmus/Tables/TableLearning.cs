using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;

namespace Isthmus.Tables;

/// <summary>Training of models of tables, which keep rows for comparison with new ones.</summary>
internal sealed class TableLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("tables of mixed columns", "", "tables", Own);

    /// <summary>Returns the rows to keep; for a series, the first validation windows in a run, as their neighbours in time are there too.</summary>
    public override ReferenceRows Reference(DataSplits data) => ReferenceRows.Of(data, inARun: !((TableSchema)data.Train.Schema).IsOfRows);

    /// <summary>A new category begins as that of all rare and new ones, which stood for it.</summary>
    public override IReadOnlyList<int> Beginnings(DataSchema known, DataSchema grown, bool ofEncoder)
    {
        IEnumerable<(long Column, int Part)> Numbers(DataSchema schema) =>
            ofEncoder ? RowInput.Outputs((TableSchema)schema) : ColumnBlock.Numbers((TableSchema)schema);
        var places = Numbers(known).Index().ToDictionary(number => number.Item, number => number.Index);
        return
        [
            .. Numbers(grown)
                .Select(number =>
                    places[
                        ((TableSchema)known).Fields[(int)number.Column] is FittedCategories { Levels.Count: > 2 and var levels }
                            ? (number.Column, Math.Min(number.Part, levels))
                            : number
                    ]
                ),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Added(DataSchema known, DataSchema grown) =>
        ((TableSchema)known)
            .Fields.Zip(((TableSchema)grown).Fields)
            .Where(pair => pair is (FittedCategories before, FittedCategories after) && after.Levels.Count > before.Levels.Count)
            .Select(pair => ((FittedCategories)pair.First, (FittedCategories)pair.Second))
            .Select(pair =>
                $"{pair.Item1.Name}: new to the model {(pair.Item2.Levels.Count == pair.Item1.Levels.Count + 1 ? "is" : "are")} "
                + $"{string.Join(", ", pair.Item2.Levels.Skip(pair.Item1.Levels.Count).Take(5))}"
                + $"{(pair.Item2.Levels.Count - pair.Item1.Levels.Count > 5 ? $" and {pair.Item2.Levels.Count - pair.Item1.Levels.Count - 5} more" : "")}; "
                + "such a category begins as a rare one."
            );

    private static readonly Dictionary<string, string> Rows = new()
    {
        ["latent"] = "32",
        ["hidden"] = "128,128",
        ["corruption"] = "masking",
        ["mask-rate"] = "0.25",
        ["weight-decay"] = "0.01",
        ["learning-rate"] = "0.002",
    };

    private static readonly Preset[] Own =
    [
        Preset.Of(
            TableKind.Instance,
            "table-ae",
            "denoising autoencoder for rows of mixed columns: masked cells are predicted from the others",
            new Dictionary<string, string>(Rows) { ["bottleneck"] = "deterministic" }
        ),
        Preset.Of(
            TableKind.Instance,
            "table-vae",
            "variational autoencoder for rows of mixed columns: anomalies, missing values, synthetic rows",
            new Dictionary<string, string>(Rows)
            {
                ["bottleneck"] = "gaussian",
                ["warm-up"] = "10",
                ["beta"] = "0.5",
            }
        ),
    ];
}
