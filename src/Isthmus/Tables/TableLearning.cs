using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>Training of models of tables, which keep rows for comparison with new ones.</summary>
internal sealed class TableLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("tables of mixed columns", "", "tables", Own);

    /// <summary>Returns the rows to keep; for a series, the first validation windows in a run, as their neighbours in time are there too.</summary>
    public override ReferenceRows Reference(DataSplits data) => ReferenceRows.Of(data, inARun: !((TableSchema)data.Train.Schema).IsOfRows);

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
