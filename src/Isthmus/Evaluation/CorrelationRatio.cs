using Isthmus.Compute;
using Isthmus.Data.Records;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Fraction of each unit's variance that a label explains: eta^2 = variance of the classes' means / variance of all values, from 0 (the classes do not differ
/// in the mean) to 1 (a unit has one value for each class). Pearson 1905.
/// </summary>
public static class CorrelationRatio
{
    /// <summary>Returns eta^2 of each unit; 0 for a unit without variance.</summary>
    /// <param name="codes">N x L.</param>
    /// <param name="label">N class indices.</param>
    public static double[] Of(Tensor codes, LabelColumn label)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var z = codes.to(float64);
        var deviates = z - z.mean([0L]);
        var members = nn.functional.one_hot(tensor([.. label.Values.Select(value => (long)value)]), label.Classes.Count).to(float64);
        var counts = members.sum([0L]).ClampMin(1).unsqueeze(1);
        var sums = members.t().matmul(deviates);
        var between = (sums.Square() / counts).sum([0L]);
        var all = deviates.Square().sum([0L]);
        return [.. where(all.Above(0), between / all, zeros_like(all)).data<double>()];
    }
}
