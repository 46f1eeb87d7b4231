using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>The two maps of an autoencoder. Both work on flat records: N x D in, N x (numbers of the head) out, and back.</summary>
/// <param name="Encoder">x to the bottleneck's head.</param>
/// <param name="Decoder">z to the likelihood's parameters.</param>
public sealed record EncoderDecoder(nn.Module<Tensor, Tensor> Encoder, nn.Module<Tensor, Tensor> Decoder);

/// <summary>Requirements for a network.</summary>
/// <param name="Part">The record's schema and the settings.</param>
/// <param name="HeadWidth">Numbers the encoder must give.</param>
/// <param name="ParametersPerDimension">Numbers the decoder must give for each of a record's D.</param>
/// <param name="ParameterWidth">Numbers the decoder must give for a record.</param>
public sealed record NetworkContext(PartContext Part, int HeadWidth, int ParametersPerDimension, int ParameterWidth);

/// <summary>Map of records that leaves zeros at 0, and depends only on a record's other numbers.</summary>
internal interface IKeepsZeros
{
    /// <summary>Applies the map in place.</summary>
    /// <param name="values">The numbers of one record that are not 0.</param>
    void Apply(Span<float> values);
}

/// <summary>Network whose weights are solved for in closed form, rather than trained by gradients.</summary>
public interface IClosedForm
{
    /// <summary>Sets the weights.</summary>
    /// <param name="train">Fitted on.</param>
    /// <param name="seen">The shown part of some validation records, N x D, for parameters that the closed form leaves open.</param>
    /// <param name="heldOut">The held-out part of these records, N x D.</param>
    /// <param name="cancellationToken">Stops between two operations.</param>
    void Solve(Dataset train, Tensor seen, Tensor heldOut, CancellationToken cancellationToken);
}
