using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Reconstructions of records: x^ = E[x | z], z the mean code of x.</summary>
public static class Reconstruction
{
    /// <summary>Returns the reconstruction of every record.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's.</exception>
    public static RecordValues Of(TrainedModel trained, Dataset data, Device? device = null, CancellationToken cancellationToken = default)
    {
        trained.DemandRecords();
        return RecordValues.Map(trained, trained.Prepare(data), trained.Network.Reconstruct, device, cancellationToken);
    }
}
