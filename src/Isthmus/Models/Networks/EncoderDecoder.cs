using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>The two maps of an autoencoder. Both work on flat records: N x D in, N x (numbers of the head) out, and back.</summary>
/// <param name="Encoder">x to the bottleneck's head.</param>
/// <param name="Decoder">z to the likelihood's parameters.</param>
public sealed record EncoderDecoder(nn.Module<Tensor, Tensor> Encoder, nn.Module<Tensor, Tensor> Decoder);

/// <summary>What a kind of network is made for.</summary>
/// <param name="Part">The record's schema and the settings.</param>
/// <param name="HeadWidth">Numbers the encoder must give.</param>
/// <param name="ParametersPerDimension">Numbers the decoder must give for each of a record's D.</param>
/// <param name="ParameterWidth">Numbers the decoder must give for a record.</param>
public sealed record NetworkContext(PartContext Part, int HeadWidth, int ParametersPerDimension, int ParameterWidth);

/// <summary>A map of records that leaves what is 0 at 0, and sees no more of a record than its other numbers.</summary>
internal interface IKeepsZeros
{
    /// <summary>The map in place.</summary>
    /// <param name="values">The numbers of one record that are not 0.</param>
    void Apply(Span<float> values);
}

/// <summary>A network whose weights have a closed form: they are solved for, not descended to.</summary>
public interface IClosedForm
{
    /// <summary>Sets the weights.</summary>
    /// <param name="train">Fitted on.</param>
    /// <param name="seen">Of some validation records what is shown, N x D: for what the closed form leaves open.</param>
    /// <param name="heldOut">What is held out of them, N x D.</param>
    /// <param name="cancellationToken">Stops between two operations.</param>
    void Solve(Dataset train, Tensor seen, Tensor heldOut, CancellationToken cancellationToken);
}
