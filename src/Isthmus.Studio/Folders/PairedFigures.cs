using System.Text.Json;

namespace Isthmus.Studio.Folders;

/// <summary>Differences of two models on the same records, mean and standard error, nats; as <c>evaluate --against --json</c> says them.</summary>
/// <param name="Distortion">Difference of the distortion.</param>
/// <param name="Rate">Difference of the rate.</param>
/// <param name="Sum">Difference of their sum.</param>
/// <param name="Records">Number of records.</param>
public sealed record PairedFigures((double Value, double? Error) Distortion, (double Value, double? Error) Rate, (double Value, double? Error) Sum, int Records)
{
    /// <summary>Reads the command's answer.</summary>
    public static PairedFigures Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        (double, double?) Figure(string key) =>
            (root.GetProperty($"{key}_difference_nats").GetDouble(), root.GetProperty($"{key}_difference_nats_standard_error").GetDouble());
        return new(Figure("distortion"), Figure("rate"), Figure("sum"), root.GetProperty("records").GetInt32());
    }
}
