using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>
/// A distribution fitted to a model's codes after training, the source of new codes if a model has no prior, or one that its codes do not follow (Ghosh et al.
/// 2020). Records drawn this way have no code length.
/// </summary>
public abstract class CodeSampler
{
    private const int MostCodes = 10_000;

    /// <summary>Draws N x L codes from torch's generator.</summary>
    public abstract Tensor Sample(int count, Device? device = null);

    /// <summary>Returns the codes of records, of the first 10,000 at most, N x L.</summary>
    private protected static Tensor CodesOf(TrainedModel trained, Dataset data, Device? device) =>
        RecordCodes.Of(trained.Network, trained.Prepare(data.Count > MostCodes ? data.Select([.. Enumerable.Range(0, MostCodes)]) : data), device);
}
